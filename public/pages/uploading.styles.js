import { css } from 'lit'

/** The box that files are dropped into, and the list of those on their way. */
export const styles = css`
  .drop { margin-bottom: var(--space-4); padding: 12px var(--space-4); border: 1px dashed var(--line-control); border-radius: var(--radius-l); }
  .drop.over { border-color: var(--accent); border-style: solid; background: var(--selected); }
  .drop > p { display: flex; gap: 8px; align-items: center; }
  .drop > p .icon { flex: none; font-size: 16px; }
  .drop .pick { color: var(--accent-text); cursor: pointer; text-decoration: underline; text-underline-offset: 3px; }
  .drop .pick:focus-within { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
  .sendings { display: grid; gap: 2px; margin-top: 8px; border-top: 1px solid var(--line-soft); padding-top: 8px; }
  .sendings li { display: grid; grid-template-columns: 16px minmax(0, 1fr) 140px auto auto auto; gap: 0 10px; align-items: center; min-height: 34px; font-size: var(--size-s); }
  .sendings li > :nth-child(2) { grid-column: 2; overflow-wrap: anywhere; }
  .sendings li > .number { grid-column: 4; text-align: right; }
  .sendings li > .button { grid-column: 5; }
  .sendings li > .button:last-child { grid-column: 6; }
  .sendings .progress { grid-column: 3; width: 100%; }
  .sendings small { display: block; color: var(--failed); }

  @media (max-width: 720px) {
    .sendings li { grid-template-columns: 16px minmax(0, 1fr) auto; padding-block: 4px; }
    .sendings li > .progress, .sendings li > .number { grid-column: 2; }
    .sendings li > .button { grid-column: 2; justify-self: start; }
    .sendings li > .button:last-child { grid-column: 3; grid-row: 1; }
  }
`
