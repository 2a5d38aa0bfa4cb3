import { html } from 'lit'

/** In the place of a page that is not there. @param {string} text */
export const missing = (text) => html`
  <div class="page"><header class="page-head"><h1 tabindex="-1">Not found</h1></header>
    <p>${text}</p><p class="small"><a href="/">To the dashboard</a></p></div>`

/** For who is in no team. */
export const noSpace = html`
  <div class="page"><header class="page-head"><h1 tabindex="-1">No space yet</h1></header>
    <p>You are in no team of any space. Ask an administrator to add you to one.</p></div>`
