import { css } from 'lit'

/** Where a file of receipts is dropped. */
export const styles = css`
  .drop { margin-bottom: var(--space-4); padding: 12px var(--space-4); border: 1px dashed var(--line-control); border-radius: var(--radius-l); }
  .drop.over { border-color: var(--accent); border-style: solid; background: var(--selected); }
  .drop > p { display: flex; gap: 8px; align-items: center; }
  .drop > p .icon { flex: none; font-size: 16px; }
  .drop .pick { color: var(--accent-text); cursor: pointer; text-decoration: underline; text-underline-offset: 3px; }
  .drop .pick:focus-within { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
  .drop [role="status"] p { margin-top: 8px; font-weight: 550; }
  .drop tako-problem { display: block; margin-top: 8px; }
  .drop .problem { margin-bottom: 0; }
`
