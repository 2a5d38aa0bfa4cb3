import { css } from 'lit'

export const styles = css`
  .identity { margin-bottom: var(--space-4); }
  .identity .panel-body { display: flex; gap: var(--space-5); align-items: flex-start; justify-content: space-between; }
  .identity .aloud { min-width: 0; }
  .short-fingerprint { display: flex; flex-wrap: wrap; gap: 4px 1.1ch; margin: var(--space-3) 0 var(--space-4); font: 620 2rem/1.2 var(--mono); letter-spacing: .06em; }
  .short-fingerprint span + span::before { content: '–'; margin-right: 1.1ch; color: var(--text-3); font-weight: 400; }
  .whole-fingerprint { font: 500 var(--size-xs)/1.6 var(--mono); overflow-wrap: anywhere; }
  .identity .facts { display: grid; gap: 6px; font-size: var(--size-s); }
  .identity .facts > div { display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 8px; }
  .identity .facts dt { color: var(--text-3); }
  .qr { flex: none; width: 168px; height: 168px; padding: 10px; background: #fff; border: 1px solid var(--line); border-radius: var(--radius); }
  .arrows { display: inline-flex; gap: 4px; }
  .arrow { width: 24px; text-align: center; border-radius: var(--radius); color: var(--text-3); opacity: .45; }
  .arrow.on { opacity: 1; color: var(--accent); font-weight: 620; }
  .trusts .drop { padding: 12px var(--space-4); border: 1px dashed var(--line-control); border-radius: var(--radius-l); }
  .trusts .drop .pick { color: var(--accent-text); cursor: pointer; text-decoration: underline; text-underline-offset: 3px; }
  .trusts .drop .pick:focus-within { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
  .trusts .box-set { display: grid; gap: 10px; }
  .trusts .soon { color: var(--waiting); font-weight: 600; }
  .trusts tbody th small, .trusts tbody td small { display: block; font-weight: 400; font-size: var(--size-xs); color: var(--text-3); }
  .trusts tbody td, .trusts tbody th { height: 44px; padding-block: 5px; overflow-wrap: anywhere; }

  @media (max-width: 720px) {
    .identity .panel-body { flex-direction: column; }
    .short-fingerprint { display: grid; grid-template-columns: repeat(2, max-content); font-size: 1.5rem; }
    .short-fingerprint span + span::before { content: none; }
    .trusts tbody td, .trusts tbody th { height: auto; }
  }
`
