import { css } from 'lit'

export const styles = css`
  .lifecycle > :not(tako-save-bar) { max-width: 1040px; }
  .lifecycle .phase-body tbody th { font-size: var(--size-s); font-weight: 500; color: var(--text); }
  .lifecycle .names { display: grid; grid-template-columns: minmax(0, 320px) minmax(0, 1fr); gap: var(--space-4); margin-bottom: var(--space-4); }
  .lifecycle .preview { padding: var(--space-4); margin-bottom: var(--space-4); }
  .lifecycle .phase { margin-bottom: var(--space-3); }
  .lifecycle .phase .panel-head .input { max-width: 260px; font-weight: 550; }
  .lifecycle .phase .number { display: grid; place-items: center; width: 22px; height: 22px; border-radius: 50%; background: var(--sunken); font-size: var(--size-xs); font-weight: 650; }
  .lifecycle .phase-body { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr); gap: var(--space-5); padding: var(--space-4); }
  .lifecycle .phase-body table { width: 100%; }
  .lifecycle .phase-body td, .lifecycle .phase-body th { padding: 4px 0; }
  .lifecycle .phase-body .side { display: grid; gap: var(--space-3); align-content: start; }
  .lifecycle .phase-body select.input { width: 150px; height: 28px; }
  .lifecycle .retention { display: flex; flex-wrap: wrap; gap: var(--space-2); align-items: center; }
  .lifecycle .retention .input { width: auto; }
  .lifecycle .retention input.input { width: 80px; }
  @media (max-width: 720px) { .lifecycle .names, .lifecycle .phase-body { grid-template-columns: minmax(0, 1fr); } }
`
