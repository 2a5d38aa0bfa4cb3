import { css } from 'lit'

export const styles = css`
  .environments .table { min-width: 0; }
  .environments td.grip-cell { width: 40px; padding-right: 0; }
  .environments .grip { cursor: grab; color: var(--text-3); }
  .environments tr.dragged > * { background: var(--selected); }
  .environments th small { display: block; font-weight: 400; color: var(--text-3); }
  .environments .offer { display: flex; flex-wrap: wrap; gap: var(--space-2); }
  @media (max-width: 720px) { .environments td.grip-cell { display: none; } }
`
