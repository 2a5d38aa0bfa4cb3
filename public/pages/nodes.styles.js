import { css } from 'lit'

export const styles = css`
  .nodes td .input { width: 80px; }
  .nodes .load .meter { margin-left: 10px; }
  @media (max-width: 720px) { .nodes .table.cards td.load:not(:empty) { grid-template-columns: 108px auto 1fr; } }
`
