import { css } from 'lit'

export const styles = css`
  .figures { display: flex; margin-bottom: var(--space-4); padding: 12px 0; font-size: var(--size-s); }
  .figures > div { flex: 1; min-width: 0; padding: 0 var(--space-4); }
  .figures > div + div { border-left: 1px solid var(--line); }
  .figures dt { font-size: var(--size-xs); color: var(--text-3); }
  .figures dd { display: flex; align-items: baseline; gap: 5px; color: var(--text-2); white-space: nowrap; }
  .figures b { font-size: 1.125rem; font-weight: 620; color: var(--text); }
  .figures .look { gap: 14px; align-items: center; line-height: 27px; }
  .figures .meter { margin-left: 8px; }

  .pool, .waiting-ones, .tokens { margin-bottom: var(--space-4); }
  .pool .table { table-layout: fixed; }
  .pool thead th:nth-child(1) { width: 16%; }
  .pool thead th:nth-child(2) { width: 15%; }
  .pool thead th:nth-child(3) { width: 15%; }
  .pool thead th:nth-child(4) { width: 22%; }
  .pool thead th:nth-child(5) { width: 14%; }
  .pool thead td:nth-child(8) { width: 52px; }
  .pool tbody td, .pool tbody th { height: 44px; padding-block: 5px; overflow-wrap: anywhere; }
  .pool tbody th { font-weight: 600; }
  .pool .runs { line-height: 1.45; }
  .pool .runs > * { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .pool td small { display: block; font-size: 0.6875rem; line-height: 1.25; color: var(--waiting); }
  .pool td small.why { color: var(--text-3); }
  .pool .nobody { display: grid; gap: var(--space-3); justify-items: start; font-size: var(--size-s); }
  .slots { display: inline-flex; flex-wrap: wrap; gap: 2px; margin-right: 9px; vertical-align: -2px; }
  .slots i { width: 7px; height: 14px; border-radius: 2px; background: var(--queued-tint); box-shadow: inset 0 0 0 1px var(--queued-line); }
  .slots i.used { background: var(--executing); box-shadow: none; }
  .off th a { color: var(--text-3); }

  .waiting-ones { border-color: var(--waiting-line); }
  .waiting-ones .panel-head { background: var(--waiting-tint); border-color: var(--waiting-line); border-radius: var(--radius-l) var(--radius-l) 0 0; }
  .waiting-ones th small { display: block; color: var(--text-3); }

  .worker .sections { display: grid; grid-template-columns: minmax(0, 1fr) minmax(280px, 380px); gap: var(--space-4); align-items: start; }
  .worker .sections > div { display: grid; gap: var(--space-4); min-width: 0; }
  .worker .facts { display: grid; gap: 8px; font-size: var(--size-s); }
  .worker .facts > div { display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 8px; }
  .worker .facts dt { color: var(--text-3); }
  .worker .facts dd { overflow-wrap: anywhere; }
  .worker .note { margin-bottom: var(--space-4); }

  @media (max-width: 720px) {
    .figures { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 0; }
    .figures > div:nth-child(odd) { border: 0; }
    .figures dd:not(.look) { display: block; white-space: normal; }
    .figures .look { flex-wrap: wrap; gap: 0 10px; line-height: 1.4; }
    .figures .meter { display: none; }
    .pool .about { display: none; }
    .pool .panel-head { flex-wrap: wrap; }
    .pool .panel-head wa-dropdown { order: 1; margin-left: auto; }
    .pool .panel-head .push { order: 2; flex-basis: 100%; margin: 0; }
    .pool .table tr > * { height: auto; }
    .pool .table.cards td[data-column='Slots']:not(:empty) { grid-template-columns: 108px auto 1fr; }
    .pool td[data-column='Version'] small, .pool td[data-column='Health'] small { grid-column: 2; }
    .waiting-ones .table td.acts { position: static; display: flex; gap: 8px; }
    .waiting-ones .panel-head { flex-wrap: wrap; }
    .waiting-ones .panel-head .push { margin-left: 0; }
    .worker .sections { grid-template-columns: minmax(0, 1fr); }
  }
`
