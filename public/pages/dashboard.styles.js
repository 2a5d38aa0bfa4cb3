import { css } from 'lit'

export const styles = css`
  .dashboard .filters .search { width: 220px; }
  .dashboard .filters select.input { width: 150px; }
  .dashboard .grid-panel { overflow-x: auto; }
  .dashboard .grid { table-layout: fixed; min-width: calc(250px + var(--columns) * 150px); }
  .grid th:first-child { width: 250px; padding-left: var(--space-4); }
  .grid thead th { padding: 10px 8px 9px 18px; color: var(--text-2); font-weight: 550; border-bottom: 1px solid var(--line); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .grid .group th { padding: 7px 8px 2px; }
  .grid .group .button { color: var(--text-3); font-size: var(--size-xs); gap: 5px; height: 24px; padding-left: 4px; }
  .grid .group .icon { font-size: 13px; }
  .grid tbody + tbody .group th { border-top: 1px solid var(--line); }
  .grid td { padding: 1px 2px; height: 46px; }
  .grid tbody tr:not(.group):hover > * { background: var(--hover); }
  .grid td:has(.none) { padding-left: 18px; }
  .grid span.none { color: var(--text-3); }
  .grid .project { display: flex; align-items: center; gap: 10px; font-size: var(--size-s); font-weight: 550; color: var(--text); overflow: hidden; }
  .grid .project span:last-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

  /* A cell is quiet when all is well; a tint is kept for what needs a look. */
  .grid .cell { position: relative; display: grid; gap: 1px; align-content: center; width: 100%; height: 44px; padding: 0 10px 0 16px; border-radius: var(--radius); color: inherit; overflow: hidden; }
  .grid .cell:hover { text-decoration: none; box-shadow: inset 0 0 0 1px var(--line-control); }
  .grid .cell:focus-visible { outline-offset: -2px; }
  .grid .cell .when { padding-left: 21px; font-size: var(--size-xs); color: var(--text-3); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .grid .cell.failed { background: var(--failed-tint); } .grid .cell.failed .when { color: var(--failed); }
  .grid .cell.waiting { background: var(--waiting-tint); } .grid .cell.waiting .when { color: var(--waiting); }
  .grid .cell.executing { background: var(--executing-tint); } .grid .cell.executing .when { color: var(--executing); }
  .grid .cell.remote { background: var(--remote-tint); } .grid .cell.remote .when { color: var(--remote); }
  .grid .cell .of { margin-left: 7px; font-size: var(--size-xs); color: var(--text-3); }
  .grid .cell .progress { position: absolute; inset: auto 0 0; border-radius: 0; }

  .first-steps { max-width: 720px; }
  .first-steps .panel-body > p { color: var(--text-2); }
  .first-steps ol { display: grid; }
  .first-steps li { display: grid; grid-template-columns: 28px minmax(0, 1fr) auto; gap: 2px 12px; align-items: center; padding: 14px var(--space-4); border-top: 1px solid var(--line-soft); }
  .first-steps li > .icon { font-size: 20px; color: var(--text-3); }
  .first-steps li.done > .icon { color: var(--success); }
  .first-steps li.done h3 { color: var(--text-2); font-weight: 500; }
  .first-steps .number { display: grid; place-items: center; width: 24px; height: 24px; border-radius: 50%; border: 1.5px solid var(--line-button); font-size: var(--size-xs); font-weight: 600; color: var(--text-2); }
  .first-steps li.next .number { border-color: var(--accent); color: var(--accent-text); }
  .first-steps h3 { font-size: var(--size-m); }
  .first-steps li p { font-size: var(--size-s); color: var(--text-3); }

  @media (max-width: 720px) {
    .dashboard .filters, .dashboard .filters .search { width: 100%; }
    .dashboard .filters select.input { flex: 1; }
    .dashboard .filters .button { flex: 1.4; }
    .dashboard .grid-panel { background: none; border: 0; overflow: visible; }
    .dashboard .grid { min-width: 0; }
    .dashboard :is(.grid, .grid tbody, .grid tr, .grid td, .grid th) { display: block; }
    .dashboard .grid thead { display: none; }
    .dashboard .grid tbody + tbody .group th { border: 0; }
    .dashboard .grid .group th { width: auto; padding: 10px 0 4px; }
    .dashboard .grid tr:not(.group) { margin-bottom: var(--space-3); padding: 4px 0; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); }
    .dashboard .grid tbody tr:not(.group):hover > * { background: none; }
    .dashboard .grid th:first-child { width: auto; }
    .dashboard .grid tr:not(.group) th { padding: 10px 14px 8px; }
    .dashboard .grid td { display: grid; grid-template-columns: 108px minmax(0, 1fr); align-items: center; height: auto; padding: 1px 6px 1px 14px; }
    .dashboard .grid td::before { content: attr(data-column); font-size: var(--size-xs); color: var(--text-3); overflow: hidden; text-overflow: ellipsis; }
    .dashboard .grid td:has(.none) { display: none; }
    .first-steps li { grid-template-columns: 28px minmax(0, 1fr); }
    .first-steps li .button { grid-column: 2; justify-self: start; margin-top: 6px; }
  }
`
