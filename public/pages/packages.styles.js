import { css } from 'lit'

export const styles = css`
  .packages td small, .package td small { display: block; font-size: var(--size-xs); color: var(--text-3); overflow-wrap: anywhere; }
  .package td code { overflow-wrap: anywhere; }
  .package .facts { display: grid; gap: 8px; font-size: var(--size-s); }
  .package .facts > div { display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 8px; }
  .package .facts dt { color: var(--text-3); }
  .package .facts dd { overflow-wrap: anywhere; }
  .package wa-drawer h3 { margin: var(--space-4) 0 6px; }
  .package wa-drawer ul { display: grid; gap: 6px; font-size: var(--size-s); }
  .package wa-drawer li { overflow-wrap: anywhere; }
`
