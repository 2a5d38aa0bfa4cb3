import { css } from 'lit'

/** What two releases differ in, wherever it is shown. */
export const styles = css`
  .compared + .compared { margin-top: var(--space-4); padding-top: var(--space-4); border-top: 1px solid var(--line-soft); }
  .compared h3 { display: flex; align-items: center; gap: 8px; min-width: 0; overflow-wrap: anywhere; }
  .compared .n { min-width: 18px; color: var(--text-3); font-variant-numeric: tabular-nums; }
  .compared .chip.added { color: var(--success); } .compared .chip.removed { color: var(--failed); }
  .value-compared { margin-top: 6px; }
  .fields-compared { display: grid; gap: 8px; margin-top: 8px; font-size: var(--size-s); }
  .fields-compared > div { display: grid; grid-template-columns: 160px minmax(0, 1fr); gap: 10px; }
  .fields-compared dt { color: var(--text-3); overflow-wrap: anywhere; }
  .fields-compared dd { min-width: 0; overflow-wrap: anywhere; }
  .fields-compared pre { margin: 0; max-height: 60vh; overflow: auto; }
  .before-after del { color: var(--text-3); } .before-after ins { text-decoration: none; font-weight: 550; }
  @media (max-width: 720px) { .fields-compared > div { grid-template-columns: minmax(0, 1fr); gap: 2px; } }
`
