import { html, LitElement } from 'lit'
import { checkbox } from '../components/form.js'
import { pageStyles } from '../page-styles.js'
import { styles } from './space.styles.js'

pageStyles('tako-page-profile', styles)

/** @type {[string, string, string][]} value, words, help */
const THEMES = [
  ['', 'As the system', 'Changes with it, as in the evening.'],
  ['light', 'Light', 'Paper.'],
  ['dark', 'Dark', 'Ink.'],
]

/** What a user sets for this browser alone. */
class TakoPageProfile extends LitElement {
  static properties = { me: { attribute: false }, theme: { state: true }, keys: { state: true } }

  constructor() {
    super()
    /** @type {import('../permissions.js').Me | undefined} */
    this.me = undefined
    this.theme = localStorage.getItem('theme') ?? ''
    /** Whether single letters act. */
    this.keys = localStorage.getItem('keys') !== 'off'
  }

  createRenderRoot() {
    return this
  }

  connectedCallback() {
    super.connectedCallback()
    document.title = 'Profile · Tako'
  }

  render() {
    const user = this.me?.user
    return html`
      <div class="page space-page">
        <header class="page-head"><div><h1>Profile</h1><p>${user?.DisplayName}, signed in as <code>${user?.Username}</code></p></div></header>
        <section class="panel"><header class="panel-head"><h2>Theme</h2><span class="quiet small">For this browser.</span></header>
          <div class="panel-body" role="radiogroup" aria-label="Theme" style="display:grid;gap:10px">${THEMES.map(
            ([value, words, help]) => html`<div class="check">
              <input type="radio" name="theme" id="theme-${value}" .checked=${this.theme === value} @change=${() => this.#setTheme(value)}>
              <label for="theme-${value}">${words}</label><span class="help">${help}</span></div>`,
          )}</div></section>
        <section class="panel"><header class="panel-head"><h2>Keys</h2></header><div class="panel-body">${checkbox(
          {
            id: 'keys',
            label: 'Single letters act',
            help: 'Such as g d for the dashboard; ? shows them all. Ctrl K works in any case.',
            checked: this.keys,
            onchange: (isOn) => {
              this.keys = isOn
              if (isOn) localStorage.removeItem('keys')
              else localStorage.setItem('keys', 'off')
            },
          },
        )}</div></section>
      </div>`
  }

  /** @param {string} theme */
  #setTheme(theme) {
    this.theme = theme
    if (theme) localStorage.setItem('theme', theme)
    else localStorage.removeItem('theme')
    dispatchEvent(new Event('tako-theme'))
  }
}

customElements.define('tako-page-profile', TakoPageProfile)
