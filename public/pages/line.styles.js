import { css } from 'lit'

export const styles = css`
  .line { display: flex; align-items: stretch; margin-bottom: var(--space-5); }
  .lane { min-width: 0; flex-basis: 190px; padding: 12px var(--space-4) var(--space-4); }
  .lane.far { background: color-mix(in oklab, var(--remote-tint) 50%, var(--surface)); border-color: var(--remote-line); border-style: dashed; }
  .lane h2 { display: flex; align-items: center; gap: 6px; overflow-wrap: anywhere; }
  .lane.far h2 { color: var(--remote); }
  .lane > p { margin-top: var(--space-4); }
  .branches { flex-basis: 330px; min-width: 0; }
  .branches > ol { display: grid; gap: var(--space-4); height: 100%; }
  .branch > ol { display: flex; height: 100%; }
  .stations { display: flex; margin-top: var(--space-4); }
  .station { position: relative; flex: 1; padding-top: 24px; min-width: 118px; }
  .station::before { content: ""; position: absolute; left: 0; right: 0; top: 6px; border-top: 2px dashed var(--line-control); }
  .station::after { content: ""; position: absolute; left: 0; top: 0; width: 14px; height: 14px; border-radius: 50%; border: 2px solid var(--line-control); background: var(--surface); }
  .station.reached::before { border-top-style: solid; border-color: var(--accent); }
  .station.reached::after { border-color: var(--accent); background: var(--accent); }
  .station:last-child::before { right: auto; width: 60%; }
  .station h3 { overflow-wrap: anywhere; }
  .station h3 small { margin-left: 6px; font-weight: 400; font-size: 0.6875rem; color: var(--text-3); }
  .stop { margin: 5px 8px 0 -8px; padding: 5px 8px; border-radius: var(--radius); font-size: var(--size-s); }
  .stop tako-state { max-width: 100%; white-space: normal; }
  .stop .small { display: block; padding-left: 21px; color: var(--text-3); }
  .stop.executing { background: var(--executing-tint); }
  .stop.executing .small { color: var(--executing); }
  .stop.failed { background: var(--failed-tint); }
  .stop.failed .small { color: var(--failed); }
  .stop.remote { background: var(--remote-tint); }
  .link { flex: 0 0 150px; display: flex; flex-direction: column; align-items: center; padding-top: 63px; font-size: var(--size-s); }
  .said { display: grid; gap: 1px; justify-items: center; text-align: center; padding-inline: 6px; }
  .said tako-state { white-space: normal; text-align: left; }
  .said small { font-size: var(--size-xs); color: var(--text-3); }
  .said small.soon { color: var(--waiting); font-weight: 600; }
  .thread { position: relative; display: grid; place-items: center; width: 100%; height: 30px; margin-bottom: 6px; }
  .thread::before { content: ""; position: absolute; inset: 14px 0 auto; border-top: 2px dashed var(--line-control); }
  .thread .icon { position: relative; width: 30px; height: 30px; padding: 6px; border-radius: 50%; background: var(--page); color: var(--text-3); box-shadow: inset 0 0 0 2px var(--line-control); }
  .link.remote .thread::before { border-color: var(--remote); }
  .link.remote .thread .icon { color: var(--remote); box-shadow: inset 0 0 0 2px var(--remote); }
  .link.failed .thread::before { border-color: var(--failed); }
  .link.failed .thread .icon { color: var(--failed); box-shadow: inset 0 0 0 2px var(--failed); }
  .link.success .thread::before { border-top-style: solid; border-color: var(--accent); }
  .link.success .thread .icon { color: var(--accent); box-shadow: inset 0 0 0 2px var(--accent); }
  .link.remote tako-state { padding: 2px 8px; border-radius: var(--radius-s); background: var(--remote-tint); }
  .waits { align-items: center; margin-bottom: var(--space-3); }
  .waits > span { flex: 1; min-width: 0; }
  .waits .button { flex: none; }
  .journal { margin-bottom: var(--space-4); }
  .journal td { height: 40px; padding-block: 5px; }
  .journal td:first-child { width: 110px; }
  .journal td:nth-child(2) { width: 170px; }
  .journal td:last-child { width: 160px; }
  .journal td small { display: block; padding-left: 21px; font-size: var(--size-xs); color: var(--text-3); overflow-wrap: anywhere; }

  @media (max-width: 1180px) {
    .line, .stations, .branch > ol { flex-direction: column; }
    .lane, .branches { flex: none; }
    .station { padding: 0 0 12px 26px; min-width: 0; }
    .station::before, .station:last-child::before { inset: 4px auto 0 6px; width: 0; border-top: 0; border-left: 2px dashed var(--line-control); }
    .station.reached::before { border-left-style: solid; border-color: var(--accent); }
    .station::after { top: 3px; }
    .link { flex: none; flex-direction: row; gap: var(--space-3); padding: 10px var(--space-4); }
    .said { justify-items: start; text-align: left; }
    .thread { width: 30px; flex: none; }
    .thread::before { display: none; }
  }
  @media (max-width: 720px) {
    .waits { flex-wrap: wrap; }
    .waits > span { flex-basis: calc(100% - 30px); }
    .journal tr { display: grid; grid-template-columns: 1fr auto; padding: 8px 0; border-bottom: 1px solid var(--line-soft); }
    .journal td, .journal td:first-child { width: auto; height: auto; border: 0; padding: 1px var(--space-4); white-space: normal; }
    .journal td:nth-child(3) { grid-column: 1 / -1; grid-row: 1; }
    .journal td:nth-child(2) { text-align: right; width: auto; }
    .journal td:last-child { display: none; }
  }
`
