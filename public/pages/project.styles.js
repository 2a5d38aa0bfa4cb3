import { css } from 'lit'

export const styles = css`
  .project .toolbar, .releases .toolbar { margin-bottom: var(--space-3); }
  .project .toolbar select { width: 150px; }
  .project .toolbar .search, .releases .toolbar .search { width: 220px; }

  .matrix-panel { overflow-x: auto; }
  .matrix { table-layout: fixed; min-width: calc(262px + var(--columns) * 130px); }
  .matrix col.release { width: 262px; }
  .matrix th, .matrix td { padding: 0 8px; }
  .matrix tr > :first-child { padding-left: var(--space-4); }
  .matrix thead tr:last-child th { padding-block: 2px 10px; color: var(--text-2); font-weight: 550; border-bottom: 1px solid var(--line); vertical-align: top; }
  .matrix thead tr:last-child th:not(:first-child), .matrix td { padding-left: 18px; }

  /* The lifecycle as a line over the columns */
  .matrix .phases th { padding: 12px 0 7px; }
  .phase { position: relative; display: flex; align-items: center; gap: 7px; padding-left: 18px; font-size: var(--size-s); font-weight: 600; color: var(--text); white-space: nowrap; }
  .phase::after { content: ''; flex: 1; min-width: 8px; height: 1px; background: var(--line-control); opacity: 0.55; margin-right: -10px; }
  .phases th:last-child .phase::after { margin-right: 18px; }
  .phase b { display: grid; flex: none; place-items: center; width: 20px; height: 20px; border-radius: 50%; font-size: 0.6875rem; color: var(--accent-text); box-shadow: inset 0 0 0 1.5px var(--accent); background: var(--surface); }
  .phase > span:not(.needs) { overflow: hidden; text-overflow: ellipsis; }
  .needs { font-size: 0.6875rem; font-weight: 400; color: var(--text-3); }
  .needs:empty { display: none; }

  .matrix tbody th, .matrix tbody td { height: 74px; border-bottom: 1px solid var(--line-soft); font-weight: 400; }
  .matrix tbody tr:last-child > * { border-bottom: 0; }
  .matrix tbody tr:hover > * { background: var(--hover); }
  .matrix tbody th { font-size: var(--size-xs); color: var(--text-2); padding-right: 4px; }
  .matrix .version { font-size: var(--size-m); color: var(--text); }
  .note-line { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 1.4; }
  .defect { display: inline-flex; align-items: center; gap: 4px; color: var(--failed); font-weight: 550; }
  .defect .icon { font-size: 14px; }

  .deployed { position: relative; display: grid; gap: 1px; padding: 7px 8px; margin-left: -9px; border-radius: var(--radius); overflow: hidden; }
  .deployed:hover { text-decoration: none; box-shadow: inset 0 0 0 1px var(--line-control); }
  .deployed tako-state { font-weight: 500; }
  .deployed .when { padding-left: 21px; font-size: var(--size-xs); color: var(--text-3); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .deployed.executing { background: var(--executing-tint); }
  .deployed.waiting { background: var(--waiting-tint); }
  .deployed.remote { background: var(--remote-tint); }
  .deployed.failed { background: var(--failed-tint); }
  .deployed .progress { position: absolute; inset: auto 0 0; border-radius: 0; }
  .matrix td .button { margin-left: -6px; }
  .matrix td .button.again { border-color: transparent; background: none; color: var(--text-3); }
  .matrix tr:hover .button.again, .matrix .button.again:focus-visible { border-color: var(--line-control); color: var(--text); }
  .matrix td .button .icon { font-size: 13px; }
  .blocked .button { border: 0; padding-left: 6px; font-weight: 400; font-size: var(--size-xs); gap: 5px; max-width: 100%; overflow: hidden; text-overflow: ellipsis; }
  .blocked .icon { opacity: 0.8; }

  .columns { display: grid; grid-template-columns: 1fr 1fr; gap: var(--space-4); margin-top: var(--space-4); align-items: start; }
  .changes { padding: 4px var(--space-4) 8px; font-size: var(--size-s); }
  .changes li { display: flex; gap: var(--space-3); padding: 6px 0; align-items: center; }
  .changes li > :nth-child(2) { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .changes.tasks li > :first-child { flex: 0 0 104px; }

  @media (max-width: 720px) {
    .project .toolbar .search, .project .toolbar select, .releases .toolbar .search { flex: 1 1 100%; width: auto; }
    .matrix-panel { background: none; border: 0; overflow: visible; }
    .matrix { min-width: 0; }
    .matrix, .matrix tbody, .matrix tr, .matrix th { display: block; }
    .matrix thead, .matrix colgroup { display: none; }
    .matrix tbody tr { margin-bottom: var(--space-3); padding-bottom: 8px; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); }
    .matrix tbody tr:hover > * { background: none; }
    .matrix tbody th, .matrix tbody td { height: auto; border: 0; }
    .matrix tbody th { padding: 12px var(--space-4) 8px; }
    .matrix td { display: grid; grid-template-columns: 112px minmax(0, 1fr); align-items: center; min-height: 40px; padding: 2px 8px 2px var(--space-4); }
    .matrix td::before { content: attr(data-column); font-size: var(--size-xs); color: var(--text-3); }
    .matrix td .button { justify-self: start; margin-left: 0; }
    .matrix td .button.again { border-color: var(--line); }
    .deployed { margin-left: 0; display: flex; gap: 8px; align-items: baseline; }
    .deployed .when { padding: 0; }
    .columns { grid-template-columns: minmax(0, 1fr); }
  }
`
