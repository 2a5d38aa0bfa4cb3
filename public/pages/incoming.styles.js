import { css } from 'lit'

export const styles = css`
  .incoming { min-height: calc(100vh - 60px); }
  .incoming.over .drop { border-color: var(--accent); border-style: solid; background: var(--selected); }
  .receipts { margin-bottom: var(--space-4); }
  .toolbar { margin-bottom: var(--space-3); }
  .incoming th small, .incoming td small { display: block; font-weight: 400; font-size: var(--size-xs); color: var(--text-3); overflow-wrap: anywhere; }
  .incoming td small.gap { color: var(--waiting); }
  .incoming tbody th, .incoming tbody td { height: 44px; padding-block: 5px; }
  .from { display: inline-flex; gap: 5px; align-items: center; }
  .from .icon { font-size: 14px; color: var(--remote); }
  @media (max-width: 720px) {
    .incoming tbody th, .incoming tbody td { height: auto; }
    .incoming td small { grid-column: 2; }
  }
`
