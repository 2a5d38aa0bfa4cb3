import { css } from 'lit'

export const styles = css`
  .table small { display: block; font-weight: 400; font-size: var(--size-xs); color: var(--text-3); overflow-wrap: anywhere; }
  .table small.soon { color: var(--waiting); font-weight: 600; }
  .table small.why { color: var(--failed); }
  .outgoing tbody td, .outgoing tbody th { height: 44px; padding-block: 6px; vertical-align: top; overflow-wrap: anywhere; }
  .outgoing td.acts { overflow-wrap: normal; }

  .promotion-dialog { --width: min(40rem, 94vw); }
  .promotion-dialog h3 { margin: var(--space-4) 0 4px; }
  .ways { display: grid; margin-top: var(--space-3); font-size: var(--size-s); }
  .ways li { display: flex; gap: var(--space-4); align-items: center; justify-content: space-between; padding: 10px 0; border-top: 1px solid var(--line-soft); }
  .ways small { display: block; font-size: var(--size-xs); color: var(--text-3); }
  .ways .button { flex: none; }
  .fates th { width: 45%; overflow-wrap: anywhere; }
  .fates .Stays td { color: var(--text-3); }
  .fates .Template td { color: var(--waiting); }

  @media (max-width: 720px) {
    .outgoing tbody td, .outgoing tbody th { height: auto; }
    .outgoing .table.cards td.acts:has(> wa-dropdown) { position: static; width: auto; text-align: left; }
    .ways li { flex-direction: column; align-items: flex-start; gap: 6px; }
  }
`
