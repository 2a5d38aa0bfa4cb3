import { css } from 'lit'

export const styles = css`
  .task .far-news { margin-bottom: var(--space-4); }
  .task .far-news .panel-body { gap: 4px 12px; }
  .task .far-news .why { color: var(--failed); flex-basis: 100%; }
  .task { display: flex; flex-direction: column; height: calc(100vh - 52px); min-height: 480px; padding-bottom: var(--space-4); }
  .task .page-head { margin-bottom: var(--space-3); }
  .task .summary { position: relative; flex: none; display: flex; align-items: center; gap: var(--space-2) var(--space-6); margin-bottom: var(--space-4); padding: 11px var(--space-4) 13px; overflow: hidden; font-size: var(--size-s); }
  .task .summary.executing { background: var(--executing-tint); border-color: var(--executing-line); }
  .task .summary.waiting { background: var(--waiting-tint); border-color: var(--waiting-line); }
  .task .summary.failed { background: var(--failed-tint); border-color: var(--failed-line); }
  .task .summary > div:first-child { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 9px; }
  .task .summary strong { font-weight: 600; }
  .task .summary dl { display: flex; flex-wrap: wrap; gap: 2px var(--space-5); margin-left: auto; }
  .task .summary dl > div { display: flex; gap: 6px; }
  .task .summary dt { color: var(--text-2); }
  .task .summary dd { font-weight: 500; }
  .task .summary .progress { position: absolute; inset: auto 0 0; border-radius: 0; }
  .task .note { flex: none; margin: calc(-1 * var(--space-2)) 0 var(--space-4); }
  .task tako-artifacts { flex: none; display: block; margin: calc(-1 * var(--space-2)) 0 var(--space-4); }
  .artifacts { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; max-height: 84px; overflow-y: auto; font-size: var(--size-s); }
  .artifacts h2 { margin-right: 6px; font-size: var(--size-s); font-weight: 500; color: var(--text-2); }
  .artifacts ul { display: contents; }
  .artifacts a { display: inline-flex; align-items: center; gap: 6px; max-width: 320px; height: 28px; padding: 0 10px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); color: var(--text); }
  .artifacts a:hover { background: var(--hover); text-decoration: none; }
  .artifacts a > span:first-of-type { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .artifacts a small { color: var(--text-3); white-space: nowrap; }
  .task .split { flex: 1; min-height: 0; display: grid; grid-template: minmax(0, 1fr) / 272px minmax(0, 1fr); gap: var(--space-4); }
  .task .split.alone { grid-template-columns: minmax(0, 1fr); }
  .task tako-step-list { display: block; min-height: 0; overflow-y: auto; margin-left: -8px; padding: 2px 0 2px 2px; }
  .task tako-log { height: 100%; }

  .steps .step { display: grid; grid-template-columns: 15px minmax(0, 1fr) auto; gap: 0 9px; align-items: start; width: 100%; padding: 6px 8px; border: 0; border-radius: var(--radius); background: none; font: 500 var(--size-s)/1.4 var(--font); color: var(--text); text-align: left; cursor: pointer; }
  .steps .step tako-state { height: 18px; overflow: hidden; }
  .steps .step:hover { background: var(--hover); }
  .steps .step[aria-current] { background: var(--selected); }
  .steps .step:focus-visible { outline-offset: -2px; }
  .steps .title { overflow-wrap: anywhere; }
  .steps small { display: block; font-size: var(--size-xs); font-weight: 400; color: var(--text-3); }
  .steps .took { font-size: var(--size-xs); font-weight: 400; line-height: 18px; color: var(--text-3); font-variant-numeric: tabular-nums; white-space: nowrap; }
  .steps .targets { margin: 1px 0 4px 15px; padding-left: 12px; border-left: 1px solid var(--line); }
  .steps .targets .step { padding-block: 4px; font-weight: 400; }

  @media (max-width: 720px) {
    .task { height: auto; }
    .artifacts { max-height: none; }
    .artifacts a { height: 40px; max-width: 100%; }
    .task .summary { display: grid; }
    .task .summary dl { margin: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 6px var(--space-4); }
    .task .summary dl > div { display: block; }
    .task .split { display: block; }
    .task tako-step-list { margin: 0 -8px var(--space-3); }
    .steps .step { padding-block: 11px; }
    .task tako-log { height: 78vh; }
  }
`
