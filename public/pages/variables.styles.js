import { css } from 'lit'

export const styles = css`
  .variables-page .toolbar { margin-bottom: var(--space-3); }
  .variables-page .toolbar .search { width: 300px; }
  .preview { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2); padding: 7px 10px 7px var(--space-4); border: 1px solid var(--line); border-bottom: 0; border-radius: var(--radius-l) var(--radius-l) 0 0; background: var(--sunken); }
  .preview h2 { display: flex; align-items: center; gap: 8px; margin-right: 4px; font-size: var(--size-s); }
  .preview h2 .icon { color: var(--accent); }
  .preview select { width: 160px; }
  .preview + .panel { border-radius: 0 0 var(--radius-l) var(--radius-l); }

  .table-panel { overflow-x: auto; }
  .variables { min-width: 760px; table-layout: fixed; }
  .variables th:first-child { width: 25%; }
  .variables thead th:nth-child(2) { width: 36%; }
  .variables thead .result { width: 150px; }
  .variables thead th:last-child { width: 52px; }
  .variables td, .variables tbody th { padding-block: 4px; height: 39px; }
  .variables tbody th { vertical-align: top; padding-top: 10px; border-right: 1px solid var(--line-soft); font-weight: 550; }
  .variables tbody th .mono { overflow-wrap: anywhere; }
  .variables tbody th small { display: block; font-size: var(--size-xs); font-weight: 400; color: var(--text-3); }
  .variables tbody tr:hover > th { background: none; }
  .variables tbody tr:hover > th + * { background: var(--hover); }
  .variables tbody tr > td:first-child { padding-left: var(--space-3); }
  .variables tbody tr > * { border-bottom-color: var(--line-soft); }
  .variables tbody tr:last-child > *, .variables tbody th { border-bottom-color: var(--line); }
  .variables tbody:last-child tr:last-child > *, .variables tbody:last-child th { border-bottom: 0; }
  .variables .value { overflow-wrap: anywhere; }
  .variables .value-button { display: block; width: 100%; min-height: 28px; margin-left: -6px; padding: 3px 6px; border: 0; border-radius: var(--radius-s); background: none; font: inherit; color: inherit; text-align: left; cursor: pointer; }
  .variables .value-button:hover { box-shadow: inset 0 0 0 1px var(--line-control); }
  .variables .value .mono { font-size: var(--size-xs); white-space: pre-wrap; }
  .variables .value .dot { float: left; margin-top: 8px; }
  .variables .out .value, .variables .out .chip { color: var(--text-3); }
  .secret, .prompt, .applies, .asked { display: inline-flex; align-items: center; gap: 7px; }
  .secret .icon, .prompt .icon { font-size: 14px; color: var(--text-3); }
  .applies { color: var(--success); font-weight: 500; } .asked { color: var(--waiting); font-weight: 500; }
  .result .icon { font-size: 14px; }

  .variable-form form { display: grid; gap: var(--space-4); }
  .variable-form .kinds, .variable-form .boxes { display: flex; flex-wrap: wrap; gap: 4px 18px; }
  .variable-form .box { display: flex; align-items: center; gap: 7px; min-height: 26px; font-size: var(--size-s); cursor: pointer; }
  .variable-form .box input { margin: 0; accent-color: var(--accent); }
  textarea.input { height: auto; min-height: var(--control); padding-block: 6px; line-height: 1.5; resize: vertical; }
  textarea.masked { -webkit-text-security: disc; }

  .templates { margin-top: var(--space-5); }
  .templates-scroll { overflow-x: auto; }
  .templates th small { display: block; font-size: var(--size-xs); font-weight: 400; color: var(--text-3); }
  .templates td .input { min-width: 150px; }
  .template-cell { display: flex; gap: 4px; align-items: center; }

  @media (max-width: 720px) {
    .variables-page .toolbar .search { flex: 1 0 100%; width: auto; }
    .variables-page .toolbar .button { flex: 1; }
    .preview h2 { flex: 1 0 100%; }
    .preview select { flex: 1 0 40%; width: auto; }
    .variables { min-width: 0; }
    .variables, .variables tbody, .variables tr, .variables th, .variables td { display: block; }
    .variables thead { display: none; }
    .variables tbody { padding: 10px var(--space-4); border-bottom: 1px solid var(--line); }
    .variables tbody th, .variables td { width: auto !important; height: auto; padding: 2px 0 !important; border: 0 !important; }
    .variables tr { position: relative; padding: 6px 44px 6px 0; }
    .variables td.right { position: absolute; right: -8px; bottom: 4px; }
    .variables .box { min-height: 40px; }
  }
`
