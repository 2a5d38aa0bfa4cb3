import { html, svg } from 'lit'

// Drawn on 16 × 16, stroke 1.6, so that they sit beside 13 px text.
const shapes = {
  dashboard: svg`<rect x="2" y="2.5" width="5" height="4.5" rx="1"/><rect x="9" y="2.5" width="5" height="4.5" rx="1"/><rect x="2" y="9" width="5" height="4.5" rx="1"/><rect x="9" y="9" width="5" height="4.5" rx="1"/>`,
  projects: svg`<path d="M8 1.8 14 5v6l-6 3.2L2 11V5z"/><path d="M2.2 5.1 8 8.2l5.8-3.1M8 8.2v5.8"/>`,
  infrastructure: svg`<rect x="2" y="2.5" width="12" height="4.6" rx="1.2"/><rect x="2" y="8.9" width="12" height="4.6" rx="1.2"/><path d="M4.8 4.8h.01M4.8 11.2h.01M8 4.8h3.2M8 11.2h3.2"/>`,
  tenants: svg`<circle cx="5.8" cy="5.6" r="2.4"/><path d="M1.5 13.2c.3-2.5 2-3.8 4.3-3.8s4 1.3 4.3 3.8M10.2 3.4a2.3 2.3 0 0 1 0 4.4M12.2 9.9c1.3.5 2.1 1.6 2.3 3.3"/>`,
  library: svg`<path d="M3 2.5v11M6.2 2.5v11M9.2 3l3.6 10.3"/><path d="M1.8 13.5h5.6"/>`,
  promotions: svg`<circle cx="3.5" cy="8" r="1.9"/><circle cx="12.5" cy="8" r="1.9"/><path d="M5.4 8h4.8M8.6 6.2 10.4 8 8.6 9.8"/>`,
  tasks: svg`<path d="M2 4h1.2M2 8h1.2M2 12h1.2M6 4h8M6 8h8M6 12h5"/>`,
  configuration: svg`<path d="M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6"/><circle cx="10" cy="4.5" r="1.8"/><circle cx="6" cy="11.5" r="1.8"/>`,
  search: svg`<circle cx="7" cy="7" r="4.3"/><path d="m10.3 10.3 3.4 3.4"/>`,
  menu: svg`<path d="M2 4.5h12M2 8h12M2 11.5h12"/>`,
  more: svg`<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  down: svg`<path d="m4 6 4 4 4-4"/>`,
  right: svg`<path d="m6 4 4 4-4 4"/>`,
  arrow: svg`<path d="M2.5 8h10.5M9.5 4.5 13 8l-3.5 3.5"/>`,
  chain: svg`<path d="M6.6 9.4a2.7 2.7 0 0 0 3.9.2l2.1-2.1a2.7 2.7 0 0 0-3.8-3.8l-1 1"/><path d="M9.4 6.6a2.7 2.7 0 0 0-3.9-.2L3.4 8.5a2.7 2.7 0 0 0 3.8 3.8l1-1"/>`,
  lock: svg`<rect x="3" y="7" width="10" height="6.5" rx="1.4"/><path d="M5.2 7V5.2a2.8 2.8 0 0 1 5.6 0V7"/>`,
  eye: svg`<path d="M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.8"/>`,
  package: svg`<path d="M2.5 5 8 2l5.5 3v6L8 14l-5.5-3z"/><path d="m5.2 3.6 5.6 3"/>`,
  script: svg`<path d="m3 5 3 3-3 3M8 11.5h5"/>`,
  person: svg`<circle cx="8" cy="5.2" r="2.7"/><path d="M2.8 13.6c.5-2.8 2.5-4.2 5.2-4.2s4.7 1.4 5.2 4.2"/>`,
  bell: svg`<path d="M3.8 11.3h8.4l-1-1.8V7a3.2 3.2 0 0 0-6.4 0v2.5z"/><path d="M6.8 13.6h2.4"/>`,
  grip: svg`<path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" stroke-width="1.9"/>`,
  target: svg`<rect x="2" y="3" width="12" height="8" rx="1.2"/><path d="M5.5 13.5h5"/>`,
  tag: svg`<path d="M2.5 2.8h5l6 6-4.7 4.7-6.3-6.2z"/><path d="M5.4 5.6h.01" stroke-width="2"/>`,
  download: svg`<path d="M8 2.5v7M5 6.8l3 3 3-3M2.8 13h10.4"/>`,
  warning: svg`<path d="M8 2.3 14.2 13H1.8z"/><path d="M8 6.4v3M8 11.2h.01"/>`,
  info: svg`<circle cx="8" cy="8" r="6"/><path d="M8 7.4v3.4M8 5.1h.01"/>`,
  shield: svg`<path d="M8 1.8 13 3.6v4.2c0 3-2 5.2-5 6.4-3-1.2-5-3.4-5-6.4V3.6z"/><path d="m5.7 7.9 1.7 1.7 3-3.2"/>`,
  mail: svg`<rect x="2" y="3.5" width="12" height="9" rx="1.3"/><path d="m2.5 4.5 5.5 4.3 5.5-4.3"/>`,
  bug: svg`<path d="M8 2.4 13.6 8 8 13.6 2.4 8z"/><path d="M8 5.6v2.6M8 10.3h.01"/>`,
  clock: svg`<circle cx="8" cy="8" r="6"/><path d="M8 4.8V8l2.2 1.4"/>`,
  filter: svg`<path d="M2 3.5h12l-4.6 5.2V13L6.6 11.6V8.7z"/>`,
  up: svg`<path d="m4 10 4-4 4 4"/>`,
  left: svg`<path d="m10 4-4 4 4 4"/>`,
  check: svg`<path d="m3.5 8.5 3 3 6-7"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.2"/><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>`,
  edit: svg`<path d="m2.8 13.2.7-3 7-7 2.300 2.300-7 7z"/>`,
  trash: svg`<path d="M2.8 4.500h10.400M6 4.500V3h4v1.500M4.200 4.500l.6 8.800h6.400l.6-8.800"/>`,
  key: svg`<circle cx="5.200" cy="10.800" r="2.700"/><path d="m7.200 8.800 6-6M11 5l2 2"/>`,
  again: svg`<path d="M13 8a5 5 0 1 1-1.500-3.600M13 2.500v2.700h-2.700"/>`,
  stop: svg`<rect x="3.500" y="3.500" width="9" height="9" rx="1.200"/>`,
  history: svg`<path d="M3 8a5 5 0 1 0 1.500-3.600M3 2.500v2.700h2.700M8 5.300V8l1.800 1.200"/>`,
  play: svg`<path d="M4.5 2.8v10.4L13 8z"/>`,
  // States: each has an outline of its own, so that they differ without colour.
  success: svg`<circle cx="8" cy="8" r="6.2"/><path d="m5.3 8.2 1.9 1.9 3.6-4"/>`,
  warnings: svg`<path d="M13.9 6.2A6.2 6.2 0 1 0 10.6 13.6"/><path d="m5.3 8.2 1.9 1.9 3.6-4"/><path d="M13.9 9.200v2.400M13.9 14.600h.01" stroke="var(--waiting)" stroke-width="2.2"/>`,
  executing: svg`<g class="turning"><circle cx="8" cy="8" r="6.2" opacity=".28"/><path d="M8 1.8A6.2 6.2 0 0 1 14.2 8" stroke-width="2"/></g>`,
  queued: svg`<circle cx="8" cy="8" r="6.2" stroke-dasharray="2.2 2.1"/><path d="M8 5v3.2l1.9 1.1"/>`,
  waiting: svg`<circle cx="8" cy="5.1" r="2.6" fill="currentColor"/><path d="M3.1 13.7c.4-3 2.2-4.4 4.9-4.4s4.5 1.4 4.9 4.4z" fill="currentColor"/>`,
  failed: svg`<path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z" fill="currentColor" stroke="currentColor"/><path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" stroke="var(--surface)"/>`,
  cancelled: svg`<circle cx="8" cy="8" r="6.2"/><path d="m3.9 12.1 8.2-8.2"/>`,
  skipped: svg`<circle cx="8" cy="8" r="6.2" stroke-dasharray="2.2 2.1"/><path d="M5.4 8h5.2"/>`,
  pending: svg`<circle cx="8" cy="8" r="5.8" opacity=".55"/>`,
}

/** @typedef {keyof typeof shapes} IconName */

/** An icon beside words; hidden from screen readers because the words say it. */
export const icon = (/** @type {IconName} */ name) =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${shapes[name]}</svg>`

/** Tako's mark: a head, two eyes, four arms. It takes the accent colour. */
export const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <g fill="none" stroke="var(--accent)" stroke-width="3.1" stroke-linecap="round">
    <path d="M9.6 17.5c0 4.3-1 6.6-3.4 6.6-1.8 0-2.9-1.2-2.9-2.7"/>
    <path d="M13.8 18c.2 5.3-.2 9.6-3.5 9.9"/>
    <path d="M18.2 18c-.2 5.3.2 9.6 3.5 9.9"/>
    <path d="M22.4 17.500c0 4.3 1 6.6 3.4 6.6 1.8 0 2.9-1.2 2.9-2.7"/>
  </g>
  <path d="M16 3C10.4 3 6.6 7 6.6 12c0 3.3 1.1 5.2 1.6 7.600h15.600c.5-2.4 1.6-4.3 1.6-7.6 0-5-3.8-9-9.4-9z" fill="var(--accent)"/>
  <circle cx="12.4" cy="13.6" r="1.9" fill="var(--surface)"/><circle cx="19.6" cy="13.6" r="1.9" fill="var(--surface)"/>
</svg>`
