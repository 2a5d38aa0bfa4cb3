import { css } from 'lit'

/** Height of a line; scrolling counts with it. */
export const ROW = 20

export const styles = css`
  *, ::before { box-sizing: border-box; }
  :host { display: flex; flex-direction: column; min-height: 0; min-width: 0; background: var(--log); border: 1px solid var(--line); border-radius: var(--radius-l); overflow: hidden; position: relative; }
  .icon { width: 14px; height: 14px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; vertical-align: -2px; }
  .turning { animation: turn 1.4s linear infinite; transform-origin: center; transform-box: fill-box; }
  @keyframes turn { to { transform: rotate(1turn); } }
  @media (prefers-reduced-motion: reduce) { .turning { animation-duration: 4s; } }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; border-radius: var(--radius-s); }
  .bar { display: flex; align-items: center; gap: 6px; padding: 7px 10px; background: var(--surface); border-bottom: 1px solid var(--line); font-size: var(--size-s); }
  .find { flex: 0 1 320px; min-width: 0; display: flex; align-items: center; gap: 7px; height: 30px; padding: 0 4px 0 8px; border: 1px solid var(--line-control); border-radius: var(--radius); color: var(--text-3); background: var(--surface); }
  .find input::-webkit-search-cancel-button { display: none; }
  .find:focus-within { outline: 2px solid var(--focus); outline-offset: -1px; }
  .find input { flex: 1; min-width: 0; border: 0; outline: 0; background: none; font: 400 var(--size-s) var(--font); color: var(--text); }
  .find output { font-size: var(--size-xs); white-space: nowrap; font-variant-numeric: tabular-nums; }
  .find button { display: grid; place-items: center; width: 24px; height: 24px; padding: 0; border: 0; border-radius: var(--radius-s); color: var(--text-2); background: none; cursor: pointer; }
  .find button:hover { background: var(--hover); }
  .find kbd { font: 500 0.6875rem/1 var(--font); padding: 3px 6px; color: var(--text-3); }
  .up { transform: rotate(180deg); }
  select, .toggle { height: 30px; font: 500 var(--size-xs) var(--font); color: var(--text-2); background: var(--surface); border: 1px solid transparent; border-radius: var(--radius); padding: 0 8px; cursor: pointer; white-space: nowrap; text-decoration: none; }
  select { border-color: var(--line-control); }
  .toggle { display: inline-flex; align-items: center; gap: 6px; }
  .toggle:hover { background: var(--hover); }
  .toggle[aria-pressed='true'] { color: var(--accent-text); background: var(--selected); }
  .push { margin-left: auto; }

  .view { flex: 1; min-height: 0; overflow: auto; overscroll-behavior: contain; overflow-anchor: none; font: 400 0.75rem/${ROW}px var(--mono); font-variant-ligatures: none; }
  /* What is drawn beyond the end must not make the log taller. */
  .all { position: relative; min-width: 100%; width: max-content; overflow-y: clip; }
  .rows { position: absolute; left: 0; min-width: 100%; }
  .line { display: flex; height: ${ROW}px; padding-right: 16px; white-space: pre; color: var(--text); tab-size: 4; }
  .line:hover { background: var(--hover); }
  .line a { flex: none; width: 66px; padding-right: 14px; text-align: right; color: var(--text-3); text-decoration: none; user-select: none; font-variant-numeric: tabular-nums; }
  .line a:hover { color: var(--accent-text); text-decoration: underline; }
  .line time { flex: none; width: 106px; color: var(--text-3); user-select: none; }
  .line.away > span { align-self: center; width: 38%; height: 8px; margin-left: 66px; border-radius: 4px; background: var(--line-soft); }
  .Verbose, .Trace { color: var(--text-3); }
  .Highlight > span { font-weight: 700; }
  .Wait > span { color: var(--waiting); }
  .Warning { background: var(--waiting-tint); box-shadow: inset 3px 0 var(--waiting); }
  .Warning > span { color: var(--waiting); }
  .Error, .Fatal, .Alert { background: var(--failed-tint); box-shadow: inset 3px 0 var(--failed); }
  .Error > span, .Fatal > span, .Alert > span { color: var(--failed); }
  .target { background: var(--selected); box-shadow: inset 3px 0 var(--accent); }
  .section { display: flex; align-items: center; gap: 8px; height: ${ROW}px; width: 100%; padding: 0 16px 0 12px; border: 0; background: var(--sunken); font: 600 0.75rem/1 var(--font); color: var(--text); text-align: left; cursor: pointer; white-space: nowrap; }
  .rows .section { position: sticky; left: 0; max-width: var(--width); }
  .section:hover { background: var(--pressed); }
  .section small { font-weight: 400; font-size: 0.6875rem; color: var(--text-3); font-variant-numeric: tabular-nums; }
  .stuck { position: sticky; top: 0; left: 0; z-index: 1; height: 0; width: var(--width); overflow: visible; }
  .stuck .section { height: 26px; border-bottom: 1px solid var(--line); }
  mark { background: var(--match); color: inherit; border-radius: 2px; }
  .current mark { outline: 2px solid var(--focus); }
  .says { padding: var(--space-5) var(--space-4); color: var(--text-3); font: 400 var(--size-s)/1.5 var(--font); }
  .fault { display: flex; align-items: center; gap: 8px; padding: 6px 12px; font-size: var(--size-s); background: var(--failed-tint); color: var(--text); }
  .fault button { font: 550 var(--size-xs) var(--font); color: var(--accent-text); background: none; border: 0; cursor: pointer; }
  .new { position: absolute; right: 24px; bottom: 16px; z-index: 2; height: 30px; padding: 0 12px; font: 550 var(--size-xs) var(--font); color: var(--on-ink); background: var(--ink); border: 0; border-radius: 15px; box-shadow: var(--shadow); cursor: pointer; }
  .visually-hidden { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  @media (max-width: 720px) {
    .bar { flex-wrap: wrap; }
    .find { flex: 1 0 100%; height: 40px; }
    .find kbd { display: none; }
    .find button { width: 32px; height: 32px; }
    select, .toggle { height: 40px; }
    .toggle.times { display: none; }
    .line a { width: 60px; padding-right: 10px; }
  }
`
