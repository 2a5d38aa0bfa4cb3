import { css } from 'lit'

export const styles = css`
  .space-page > :not(tako-save-bar) { max-width: 880px; }
  .space-page section { margin-bottom: var(--space-4); }
  .space-page .person { display: flex; align-items: center; gap: 10px; }
  .space-page .person b { display: grid; place-items: center; width: 28px; height: 28px; flex: none; border-radius: 50%; background: var(--selected); color: var(--accent-text); font-size: 0.6875rem; font-weight: 650; }
  .space-page .person small { display: block; color: var(--text-3); font-weight: 400; }
  .space-page .add-person { display: flex; flex-wrap: wrap; gap: var(--space-2); padding: var(--space-3) var(--space-4); border-top: 1px solid var(--line-soft); }
  .space-page .add-person .input { width: auto; min-width: 180px; }
  .space-page .line { display: flex; flex-wrap: wrap; gap: var(--space-3); align-items: center; padding: 12px var(--space-4); }
  .space-page .line + .line { border-top: 1px solid var(--line-soft); }
  .space-page .line div { flex: 1 1 260px; }
  .space-page .line p { color: var(--text-3); font-size: var(--size-s); }
`
