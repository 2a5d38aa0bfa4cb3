import { css } from 'lit'

export const styles = css`
  .compare .sections { display: grid; gap: var(--space-4); min-width: 0; }
  .compare .sections > .panel { min-width: 0; }
  .compared-with { max-width: 320px; margin-bottom: var(--space-4); }
`
