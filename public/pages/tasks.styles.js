import { css } from 'lit'

export const styles = css`
  .tasks .panel { margin-bottom: var(--space-4); }
  .tasks th.state { width: 150px; }
  .tasks th.took { width: 130px; }
  .tasks th.age { width: 110px; }
  .tasks .table { table-layout: fixed; }
  .tasks tbody th a { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .tasks .why { display: block; font-weight: 400; color: var(--failed); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  @media (max-width: 720px) { .tasks tbody th a, .tasks .why { white-space: normal; } }
`
