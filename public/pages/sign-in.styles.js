import { css } from 'lit'

export const styles = css`
  .sign-in { min-height: 100vh; display: grid; place-items: center; align-content: center; gap: var(--space-5); padding: var(--space-5); }
  .sign-in .brand { display: grid; justify-items: center; gap: 6px; font-weight: 650; font-size: 1.375rem; letter-spacing: -0.02em; }
  .sign-in .mark { width: 56px; height: 56px; }
  .sign-in form { width: 320px; max-width: 100%; display: grid; gap: var(--space-4); }
  .sign-in .button { height: 2.5rem; }
  .sign-in .input { height: 2.5rem; }
  .sign-in h1 { font-size: var(--size-l); text-align: center; }
`
