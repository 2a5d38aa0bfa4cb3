import { css } from 'lit'

export const styles = css`
  .process .tabs { margin-bottom: var(--space-4); }
  .process .split { display: grid; grid-template-columns: 324px minmax(0, 1fr); gap: var(--space-5); align-items: start; }
  .process .list { position: sticky; top: 68px; }
  .process .list .add { margin: 8px 0 12px 26px; }
  .process .list > p { padding-left: 26px; }
  .process .list .step { display: grid; grid-template-columns: 16px 24px minmax(0, 1fr) 16px; gap: 0 4px; align-items: start; width: 100%; padding: 7px 8px 7px 2px; border: 0; border-radius: var(--radius); background: none; font: 550 var(--size-s)/1.45 var(--font); color: var(--text); text-align: left; cursor: pointer; }
  .process .list .step:hover { background: var(--hover); }
  .process .list .step[aria-current] { background: var(--surface); box-shadow: 0 0 0 1px var(--line), inset 3px 0 var(--accent); }
  .process .list .n { color: var(--text-3); font-weight: 500; font-variant-numeric: tabular-nums; text-align: right; padding-right: 6px; }
  .process .list .step > .icon { color: var(--text-3); font-size: 15px; margin-top: 2px; }
  .process .list .name { overflow-wrap: anywhere; }
  .process .list small { display: block; font-size: var(--size-xs); font-weight: 400; color: var(--text-3); }
  .process .list em { font-style: normal; color: var(--text-2); }
  .process .list .off .name { color: var(--text-3); font-weight: 400; }
  .process .grip { color: var(--line-control); opacity: 0; cursor: grab; }
  .process .step:hover .grip, .process .step[aria-current] .grip { opacity: 1; }
  .process .list .dot { margin: 0 0 1px 7px; }
  .process li.over { box-shadow: 0 -2px var(--accent); }
  .process li.over-end { box-shadow: 0 2px var(--accent); }
  .process .back { display: none; }

  .process .step-form .panel-body { display: grid; gap: var(--space-5); padding-bottom: var(--space-5); }
  .process .step-form fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
  .process .step-form legend { padding: 0 0 8px; font-weight: 600; }
  .process .name-field { max-width: 420px; }
  .process .pair { display: grid; grid-template-columns: 1fr 1fr; gap: var(--space-4); max-width: 520px; }
  .process .pair.wide { max-width: 760px; }
  .process .pair.wide > :only-child { max-width: 420px; grid-column: 1 / -1; width: 100%; }
  .process tako-step-pool, .process tako-script-fields, .process tako-package-fields { display: grid; gap: var(--space-5); }
  .process .fields { display: grid; gap: var(--space-4); max-width: 420px; }
  .process .sources { margin-bottom: var(--space-3); }
  .process .references .rows { margin-bottom: var(--space-2); }
  .process .setting .what { overflow-wrap: anywhere; }
  .process .setting-choices.narrow-left { gap: var(--space-3); padding: 4px 12px 14px; }
  .process .setting-choices.narrow-left > .field { max-width: 480px; }
  .process .setting-choices code { overflow-wrap: anywhere; }
  .process p.help { display: flex; gap: 7px; margin-top: 7px; font-size: var(--size-xs); color: var(--text-3); }
  .process .field > .help { margin-top: 0; }
  .process p.help .icon { font-size: 14px; margin-top: 1px; color: var(--waiting); }

  .editor { border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
  .editor:focus-within { border-color: var(--line-control); }
  .editor-head { display: flex; align-items: center; gap: 2px; padding: 4px 8px; border-bottom: 1px solid var(--line); background: var(--sunken); font-size: var(--size-xs); }
  .editor-head button { height: 24px; padding: 0 8px; border: 0; border-radius: var(--radius-s); background: none; font: 500 var(--size-xs) var(--font); color: var(--text-2); cursor: pointer; }
  .editor-head button:hover { color: var(--text); }
  .editor-head button[aria-pressed='true'] { background: var(--surface); color: var(--text); box-shadow: 0 0 0 1px var(--line); }
  .editor tako-code { display: block; }
  .editor.short tako-code { --least: 90px; }

  .process .step-form .rows { border: 1px solid var(--line); border-radius: var(--radius); }
  .setting + .setting { border-top: 1px solid var(--line-soft); }
  .setting-line { display: grid; grid-template-columns: 160px minmax(0, 1fr) auto; align-items: center; min-height: 34px; padding: 3px 6px 3px 12px; font-size: var(--size-s); }
  .setting-line .what { color: var(--text-3); }
  .setting-choices { display: grid; gap: 8px; padding: 4px 12px 12px 172px; font-size: var(--size-s); }

  .stale { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2); margin-bottom: var(--space-4); }
  @media (max-width: 720px) {
    .process .split, .process .pair { grid-template-columns: minmax(0, 1fr); }
    .process .list { position: static; }
    .process .list .step { padding-block: 11px; }
    .process .grip { opacity: 1; }
    .process .split > * { display: none; }
    .process .split.at-list > .list, .process .split.at-step > .one { display: block; }
    .process .back { display: inline-flex; margin-bottom: var(--space-3); }
    .editor-head { flex-wrap: wrap; }
    .editor-head button { min-height: 36px; }
    .editor-head .quiet { display: none; }
    .setting-line { grid-template-columns: 108px minmax(0, 1fr) auto; }
    .setting-choices { padding-left: 12px; }
  }
`
