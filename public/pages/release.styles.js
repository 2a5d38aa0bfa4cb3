import { css } from 'lit'

export const styles = css`
  .release .sections { display: grid; grid-template-columns: minmax(0, 1fr) 320px; gap: var(--space-4); align-items: start; }
  .release .sections > div { display: grid; gap: var(--space-4); min-width: 0; }
  .release h1 .chip { vertical-align: 3px; margin-left: 6px; }
  .line-panel { margin-bottom: var(--space-4); }
  .line { display: flex; gap: 0; padding: var(--space-4); overflow-x: auto; }
  .leg { flex: 1 0 190px; min-width: 0; padding-right: var(--space-4); }
  .leg > h3 { position: relative; display: flex; align-items: center; gap: 7px; margin-bottom: var(--space-2); white-space: nowrap; }
  .leg > h3 b { display: grid; flex: none; place-items: center; width: 20px; height: 20px; border-radius: 50%; font-size: 0.6875rem; color: var(--text-3); box-shadow: inset 0 0 0 1.5px var(--line-control); }
  .leg > h3 b .icon { font-size: 12px; stroke-width: 2.2; }
  .leg.here > h3 b { color: var(--accent-text); box-shadow: inset 0 0 0 1.5px var(--accent); }
  .leg.done > h3 b { color: var(--success); box-shadow: inset 0 0 0 1.5px var(--success); }
  .leg > h3::after { content: ''; flex: 1; min-width: 8px; height: 1px; margin-right: calc(-1 * var(--space-3)); background: var(--line-control); opacity: 0.55; }
  .leg:last-child > h3::after { display: none; }
  .leg > ul { display: grid; gap: 4px; }
  .station { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 8px; align-items: center; min-height: 50px; padding: 5px 4px 5px 10px; border: 1px solid var(--line); border-radius: var(--radius); font-size: var(--size-s); background: var(--surface); }
  .station .where { font-weight: 550; }
  .station .what { grid-row: 2; display: flex; flex-wrap: wrap; gap: 0 8px; align-items: center; }
  .station .button { grid-area: 1 / 2 / 3; }
  .station.executing { background: var(--executing-tint); border-color: var(--executing-line); }
  .station.waiting { background: var(--waiting-tint); border-color: var(--waiting-line); }
  .station.failed { background: var(--failed-tint); border-color: var(--failed-line); }

  .facts { display: grid; gap: 8px; font-size: var(--size-s); }
  .facts > div { display: grid; grid-template-columns: 92px minmax(0, 1fr); gap: 8px; }
  .facts dt { color: var(--text-3); }
  .facts dd { overflow-wrap: anywhere; }
  .notes { white-space: pre-wrap; overflow-wrap: anywhere; font-size: var(--size-s); }
  .frozen summary { display: flex; align-items: center; gap: 8px; min-height: 38px; padding: 4px var(--space-4); font-size: var(--size-s); cursor: pointer; list-style: none; }
  .frozen summary::-webkit-details-marker { display: none; }
  .frozen summary:hover { background: var(--hover); }
  .frozen summary > .icon { font-size: 13px; color: var(--text-3); transition: transform var(--motion); }
  .frozen details[open] > summary > .icon { transform: rotate(90deg); }
  .frozen details + details { border-top: 1px solid var(--line-soft); }
  .frozen .secret, .frozen .prompt { display: inline-flex; align-items: center; gap: 7px; }
  .frozen .secret .icon, .frozen .prompt .icon { font-size: 14px; color: var(--text-3); }
  .frozen-step { display: flex; align-items: center; gap: 8px; min-height: 38px; padding: 4px var(--space-4) 4px 37px; font-size: var(--size-s); }
  .frozen .n { min-width: 18px; color: var(--text-3); text-align: right; font-variant-numeric: tabular-nums; }
  .frozen tako-code { display: block; border-top: 1px solid var(--line-soft); --least: 0; --most: 40vh; }
  .frozen table td, .frozen table th { overflow-wrap: anywhere; }

  .claims { border-style: dashed; background: var(--sunken); }
  .claims h2 { display: flex; align-items: center; gap: 8px; }
  .claim-list { padding-bottom: var(--space-3); }
  .claim-list li { display: flex; flex-wrap: wrap; gap: 0 8px; align-items: center; min-height: 34px; padding: 2px var(--space-4); font-size: var(--size-s); overflow-wrap: anywhere; }
  .defects { display: grid; gap: 8px; justify-items: start; }
  .defect { display: flex; gap: 8px; overflow-wrap: anywhere; }
  .defect .icon { flex: none; margin-top: 3px; color: var(--failed); }

  .narrow { display: grid; grid-template-columns: minmax(0, 560px) minmax(0, 320px); gap: var(--space-6); align-items: start; }
  .narrow form { display: grid; gap: var(--space-5); }
  .narrow .aside { display: grid; gap: var(--space-3); font-size: var(--size-s); }
  .narrow .aside ol { display: grid; gap: 4px; }
  .narrow .aside li { display: flex; gap: 8px; }
  .narrow .aside .n { color: var(--text-3); min-width: 16px; text-align: right; }
  .release-packages small, .packages-frozen small { display: block; font-size: var(--size-xs); font-weight: 400; color: var(--text-3); }
  .release-packages .table td, .release-packages .table th { overflow-wrap: anywhere; }
  .release-packages select.input { min-width: 160px; }
  .missing { display: inline-flex; gap: 7px; color: var(--text-2); }
  .missing .icon { flex: none; margin-top: 2px; color: var(--waiting); }
  .packages-frozen details { border-top: 1px solid var(--line-soft); }
  .packages-frozen .build { display: grid; gap: var(--space-3); padding: 4px var(--space-4) var(--space-4) 37px; }
  .packages-frozen .build h3 { margin: 0; font-size: var(--size-s); }
  .packages-frozen .build ul { display: grid; gap: 4px; font-size: var(--size-s); }
  .packages-frozen .build li { overflow-wrap: anywhere; }
  .name-field { max-width: 420px; }
  .form-end { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2); }
  .choices { display: grid; gap: 6px; }
  .choice-row { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0 10px; align-items: center; min-height: 42px; padding: 6px 12px; border: 1px solid var(--line); border-radius: var(--radius); font-size: var(--size-s); background: var(--surface); cursor: pointer; }
  .choice-row:hover { border-color: var(--line-control); }
  .choice-row:has(:checked) { border-color: var(--accent); background: color-mix(in oklab, var(--selected) 55%, var(--surface)); }
  .choice-row:has(:disabled) { color: var(--text-3); cursor: not-allowed; border-style: dashed; background: none; }
  .choice-row input { margin: 0; accent-color: var(--accent); }
  .choice-row b { font-weight: 550; }
  .choice-row small { font-size: var(--size-xs); color: var(--text-3); }
  .choice-row span > small { display: block; }
  .plan { font-size: var(--size-s); }
  .plan li { display: grid; grid-template-columns: 24px 24px minmax(0, 1fr) auto; gap: 0 6px; align-items: center; min-height: 40px; padding: 4px var(--space-4) 4px 12px; }
  .plan li + li { border-top: 1px solid var(--line-soft); }
  .plan .off { color: var(--text-3); }
  .plan .off .name { text-decoration: line-through; }
  .plan input { margin: 0; accent-color: var(--accent); }
  .plan .n { color: var(--text-3); text-align: right; font-variant-numeric: tabular-nums; }
  .deploy fieldset, .new-release fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
  .deploy legend { padding: 0 0 8px; font-weight: 600; }
  .deploy .prompts { display: grid; gap: var(--space-4); }
  .when { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; }
  .when .box { display: flex; gap: 7px; align-items: center; min-height: 32px; font-size: var(--size-s); }
  .when .box input { margin: 0; accent-color: var(--accent); }
  .when .input { width: auto; }
  .deploy .button.primary { max-width: 100%; overflow: hidden; text-overflow: ellipsis; }

  @media (max-width: 720px) {
    .release .sections, .narrow { grid-template-columns: minmax(0, 1fr); }
    .line { display: grid; gap: var(--space-4); }
    .leg > h3::after { display: none; }
    .leg { padding: 0; }
    .station { min-height: 56px; }
  }
`
