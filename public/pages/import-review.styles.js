import { css } from 'lit'

export const styles = css`
  .review .from { font-weight: 400; color: var(--text-2); white-space: nowrap; }
  .review .from .icon { font-size: 18px; vertical-align: -3px; margin: 0 5px 0 3px; color: var(--remote); }
  .review h1 { overflow-wrap: anywhere; }
  .review .page-head > tako-state { padding: 6px 11px; border-radius: var(--radius); font-size: var(--size-s); font-weight: 550; background: var(--sunken); }
  .review .page-head > tako-state[state='waiting'] { background: var(--waiting-tint); color: var(--waiting); }
  .review .page-head > tako-state[state='failed'] { background: var(--failed-tint); color: var(--failed); }
  .split { display: grid; grid-template-columns: 200px minmax(0, 1fr); gap: var(--space-5); align-items: start; }
  .contents { position: sticky; top: 68px; }
  .contents a { display: flex; gap: 9px; padding: 7px 8px; border-radius: var(--radius); font-size: var(--size-s); font-weight: 550; }
  .contents a:hover { background: var(--hover); text-decoration: none; }
  .contents .icon { margin-top: 2px; color: var(--text-3); }
  .contents .success .icon { color: var(--success); } .contents .waiting .icon { color: var(--waiting); } .contents .failed .icon { color: var(--failed); }
  .contents small { display: block; font-weight: 400; font-size: var(--size-xs); color: var(--text-3); }
  .parts { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-4); }
  .parts .panel { min-width: 0; scroll-margin-top: 68px; }
  .parts .note ul { display: grid; gap: 4px; min-width: 0; overflow-wrap: anywhere; }
  .parts th small { display: block; font-weight: 400; font-size: var(--size-xs); color: var(--text-3); overflow-wrap: anywhere; }
  .parts th .chip { margin-left: 6px; }
  .parts .problem { margin-bottom: 0; }
  .parts tako-upload .drop { margin: var(--space-3) 0 0; }

  .facts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: var(--space-3) var(--space-5); font-size: var(--size-s); }
  .facts dt { font-size: var(--size-xs); color: var(--text-3); }
  .facts dd { overflow-wrap: anywhere; }
  .notes, .outcome { display: grid; gap: var(--space-2); font-size: var(--size-s); overflow-wrap: anywhere; }
  .notes .text { white-space: pre-wrap; }

  .mappings li { display: grid; grid-template-columns: 100px minmax(120px, 1fr) 16px minmax(160px, 260px) minmax(120px, 1fr); align-items: center; gap: var(--space-3); min-height: 46px; padding: 6px var(--space-4); font-size: var(--size-s); }
  .mappings li + li { border-top: 1px solid var(--line-soft); }
  .mappings b { font-weight: 600; overflow-wrap: anywhere; }
  .mappings .theirs small { display: block; font-size: var(--size-xs); }
  .mappings li > .icon { color: var(--text-3); }
  .mappings .why { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; }
  .needs { display: inline-flex; gap: 6px; align-items: center; color: var(--waiting); font-weight: 550; } .needs .icon { font-size: 14px; }

  .values-scroll { overflow-x: auto; }
  .values td { min-width: 180px; vertical-align: top; }
  .values tbody th { vertical-align: top; min-width: 180px; }
  .value-state { display: inline-flex; gap: 6px; align-items: center; margin-bottom: 5px; color: var(--text-2); }
  .value-state .icon { font-size: 14px; color: var(--text-3); }
  .values td.filled .value-state .icon { color: var(--success); }
  .values td.missing .value-state, .values td.missing .value-state .icon { color: var(--waiting); }

  .claims { border-style: dashed; background: var(--sunken); }
  .claims h2 { display: flex; align-items: center; gap: 8px; }
  .claims .icon { color: var(--remote); }
  .claim-list { padding-bottom: var(--space-3); }
  .claim-list li { display: flex; flex-wrap: wrap; gap: 0 8px; align-items: center; min-height: 34px; padding: 2px var(--space-4); font-size: var(--size-s); overflow-wrap: anywhere; }

  .decide { display: flex; gap: 10px; align-items: center; min-width: 0; overflow-wrap: anywhere; }
  .decide > .icon { color: var(--waiting); font-size: 18px; }
  .decide.ready > .icon { color: var(--success); }
  .decide strong, .decide .small { display: block; }
  .decide .small { color: var(--text-2); }

  @media (max-width: 900px) {
    .split { grid-template-columns: minmax(0, 1fr); }
    .contents { position: static; }
    .contents ol { display: grid; grid-template-columns: 1fr 1fr; }
  }
  @media (max-width: 720px) {
    .review .page-head > :first-child { flex-basis: 100%; }
    .facts { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: var(--space-3); }
    .mappings li { grid-template-columns: minmax(0, 1fr); gap: 4px; padding-block: 10px; } .mappings li > .icon { display: none; }
    .save-bar > .push { display: none; }
    .save-bar .button { flex: 1; }
  }
`
