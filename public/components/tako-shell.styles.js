import { css } from 'lit'

export const styles = css`
  :host { display: grid; grid-template: 52px 1fr / 212px minmax(0, 1fr); min-height: 100vh; }
  .icon { width: 16px; height: 16px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
  .mark { width: 27px; height: 27px; display: block; }
  a { color: inherit; text-decoration: none; }
  button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; border-radius: var(--radius); }

  header { grid-column: 1 / -1; position: sticky; top: 0; z-index: 20; display: flex; align-items: center; gap: 10px; padding: 0 16px 0 14px; background: var(--surface); border-bottom: 1px solid var(--line); }
  .home { display: flex; align-items: center; gap: 8px; font-weight: 650; font-size: 1.0625rem; letter-spacing: -0.02em; }
  .slash { color: var(--line-control); font-size: 1.05rem; font-weight: 300; }
  .space { display: flex; align-items: center; gap: 8px; height: 32px; padding: 0 8px; border-radius: var(--radius); font-weight: 550; font-size: var(--size-s); max-width: 240px; }
  .space span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .space:hover, .count:hover, .user:hover, .menu:hover { background: var(--hover); }
  .tile { display: grid; place-items: center; flex: none; width: 20px; height: 20px; border-radius: 5px; background: var(--remote); color: var(--surface); font-size: 0.6875rem; font-weight: 700; }
  .search { flex: 0 1 400px; margin-inline: auto; display: flex; align-items: center; gap: 8px; height: 32px; padding: 0 8px 0 10px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--page); color: var(--text-3); font-size: var(--size-s); text-align: left; }
  .search:hover { border-color: var(--line-control); }
  .search span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  kbd { font: 500 0.6875rem/1 var(--font); padding: 3px 5px; border: 1px solid var(--line); border-radius: 4px; background: var(--surface); }
  .count { display: flex; align-items: center; gap: 6px; height: 30px; padding: 0 9px; border-radius: var(--radius); font-size: var(--size-s); font-weight: 500; white-space: nowrap; }
  .count .icon { color: var(--executing); }
  .turning { animation: turn 1.4s linear infinite; transform-origin: center; transform-box: fill-box; }
  @keyframes turn { to { transform: rotate(1turn); } }
  .user { display: grid; place-items: center; width: 36px; height: 36px; padding: 0; border-radius: 50%; }
  .user b { display: grid; place-items: center; width: 28px; height: 28px; border-radius: 50%; background: var(--selected); color: var(--accent-text); font-size: 0.6875rem; font-weight: 650; }
  .menu { display: none; width: 40px; height: 40px; margin-left: -8px; border-radius: var(--radius); place-items: center; padding: 0; }
  wa-dropdown { display: flex; }
  wa-dropdown:not(:defined) > :not([slot="trigger"]) { display: none; }
  wa-dropdown .find { padding: 4px 8px 8px; }
  wa-dropdown .find input { box-sizing: border-box; width: 220px; height: 30px; padding: 0 9px; font: 400 var(--size-s)/1.2 var(--font); color: var(--text); background: var(--surface); border: 1px solid var(--line-control); border-radius: var(--radius); }
  wa-dropdown-item { font-size: var(--size-s); }
  wa-dropdown-item .tile { margin-right: 2px; }
  .menu-head { padding: 6px 12px 8px; font-size: var(--size-s); border-bottom: 1px solid var(--line); margin-bottom: 4px; }
  .menu-head small { display: block; color: var(--text-3); font-size: var(--size-xs); }
  .menu-label { padding: 6px 12px 2px; font-size: var(--size-xs); color: var(--text-3); }

  nav { position: sticky; top: 52px; height: calc(100vh - 52px); overflow-y: auto; box-sizing: border-box; padding: 12px 10px; display: flex; flex-direction: column; gap: 1px; border-right: 1px solid var(--line); font-size: var(--size-s); }
  nav a { display: flex; align-items: center; gap: 10px; height: 32px; flex: none; padding: 0 9px; border-radius: var(--radius); color: var(--text-2); font-weight: 500; }
  nav a:hover { background: var(--pressed); color: var(--text); }
  nav a[aria-current] { color: var(--text); background: var(--pressed); }
  nav a[aria-current] .icon { color: var(--accent); }
  nav em { margin-left: auto; font-style: normal; font-size: var(--size-xs); font-variant-numeric: tabular-nums; color: var(--text-3); }
  nav .parts { display: grid; gap: 1px; margin: 1px 0 6px 16px; padding-left: 9px; border-left: 1px solid var(--line); }
  nav .parts a { height: 28px; font-weight: 400; }
  nav .parts a[aria-current] { font-weight: 550; color: var(--accent-text); background: none; }
  nav .end { margin-top: auto; padding-top: 12px; }
  .server { margin: 0; padding: 10px 9px 2px; color: var(--text-3); font-size: var(--size-xs); }
  .main { min-width: 0; }
  .lost { position: sticky; top: 52px; z-index: 10; padding: 6px 28px; font-size: var(--size-s); background: var(--waiting-tint); border-bottom: 1px solid var(--waiting-line); }
  .skip { position: absolute; left: -99em; }
  .skip:focus { left: 8px; top: 8px; background: var(--raised); padding: 8px; z-index: 30; }

  @media (max-width: 1080px) { .count span { display: none; } }
  @media (max-width: 720px) {
    :host { grid-template-columns: minmax(0, 1fr); }
    .menu { display: grid; }
    .home span, .slash, .search kbd, .search span { display: none; }
    .home { display: none; }
    .space { padding: 0 4px; height: 40px; max-width: 46vw; }
    .user { width: 40px; height: 40px; }
    .count { height: 40px; }
    .search { flex: none; margin-left: auto; margin-right: 0; width: 40px; height: 40px; padding: 0; justify-content: center; border: 0; background: none; color: var(--text-2); }
    header { gap: 4px; padding: 0 10px 0 14px; }
    nav { display: none; border: 0; position: fixed; inset: 52px 0 0; height: auto; background: var(--page); z-index: 19; font-size: var(--size-m); }
    nav.open { display: flex; }
    nav a { height: 44px; } nav .parts a { height: 40px; }
    .lost { padding-inline: 16px; }
  }
  @media (prefers-reduced-motion: reduce) { .turning { animation-duration: 4s; } }
`
