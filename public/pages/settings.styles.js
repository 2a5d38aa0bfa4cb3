import { css } from 'lit'

export const styles = css`
  .settings-form { display: grid; gap: var(--space-4); max-width: 420px; }
  .end-of-it { display: grid; justify-items: start; gap: var(--space-2); max-width: 420px; margin-top: var(--space-7); padding-top: var(--space-4); border-top: 1px solid var(--line); }
`
