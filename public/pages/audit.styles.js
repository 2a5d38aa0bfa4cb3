import { css } from 'lit'

export const styles = css`
  .audit .table { table-layout: fixed; }
  .audit th.when { width: 120px; }
  .audit th.who { width: 170px; }
  .audit th.kind { width: 180px; }
  .audit td, .audit tbody th { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .audit .open { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: left; max-width: 100%; overflow: hidden; text-overflow: ellipsis; }
  .audit .open:hover { text-decoration: underline; text-underline-offset: 3px; }
  .audit wa-drawer { --size: min(46rem, 100vw); }
  .audit dl { display: grid; grid-template-columns: 130px minmax(0, 1fr); gap: 6px 12px; font-size: var(--size-s); margin-bottom: var(--space-4); }
  .audit dt { color: var(--text-3); }
  .audit dd { overflow-wrap: anywhere; }
  .audit .differences { table-layout: fixed; border: 1px solid var(--line); border-radius: var(--radius); }
  .audit .differences td, .audit .differences th { white-space: pre-wrap; overflow-wrap: anywhere; vertical-align: top; }
  .audit .differences .before { background: color-mix(in oklab, var(--failed-tint) 50%, transparent); }
  .audit .differences .after { background: color-mix(in oklab, var(--success-tint) 50%, transparent); }
  @media (max-width: 720px) { .audit td, .audit tbody th { white-space: normal; } }
`
