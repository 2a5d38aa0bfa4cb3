import { css } from 'lit'

export const styles = css`
  .projects .toolbar { margin-bottom: var(--space-4); }
  .projects .toolbar .search { width: 260px; }
  .project-group { margin-bottom: var(--space-5); }
  .project-group h2 { margin-bottom: var(--space-2); font-size: var(--size-s); color: var(--text-2); }
  .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: var(--space-3); }
  .card { display: grid; grid-template-columns: 32px minmax(0, 1fr); gap: 12px; align-items: center; height: 100%; padding: 12px var(--space-4); font-size: var(--size-s); }
  .card:hover { border-color: var(--line-control); text-decoration: none; }
  .card strong { font-weight: 600; overflow-wrap: anywhere; }
  .card small { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: var(--size-xs); color: var(--text-3); }
  .tile { display: grid; place-items: center; width: 32px; height: 32px; border-radius: var(--radius); font-size: 0.6875rem; font-weight: 650; letter-spacing: 0.02em; color: var(--text-2); background: var(--sunken); }
  .add-project { display: grid; gap: var(--space-4); }
  @media (max-width: 720px) {
    .projects .toolbar .search { flex: 1 0 100%; width: auto; }
  }
`
