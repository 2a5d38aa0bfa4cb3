import { html, LitElement, nothing } from 'lit'
import { ApiError, api } from '../api.js'
import { checkbox, textField } from '../components/form.js'
import { mark } from '../components/icons.js'
import '../components/tako-problem.js'
import { pageStyles } from '../page-styles.js'
import { styles } from './sign-in.styles.js'

pageStyles('tako-page-sign-in', styles)

/** Name and password on plain paper. Afterwards the app goes to where one came from. */
class TakoPageSignIn extends LitElement {
  static properties = {
    query: { attribute: false },
    error: { state: true },
    isBusy: { state: true },
    isKept: { state: true },
  }

  constructor() {
    super()
    this.query = new URLSearchParams()
    /** @type {ApiError | undefined} */
    this.error = undefined
    this.isBusy = false
    this.isKept = false
  }

  createRenderRoot() {
    return this
  }

  firstUpdated() {
    document.title = 'Sign in · Tako'
    this.querySelector('input')?.focus()
  }

  render() {
    return html`
      <main class="sign-in">
        <div class="brand">${mark}Tako</div>
        <form aria-label="Sign in" @submit=${this.#submit}>
          <h1 class="visually-hidden">Sign in</h1>
          ${this.error ? html`<tako-problem .error=${this.error} .isFinal=${true}></tako-problem>` : nothing}
          ${textField({ id: 'username', label: 'Name', autocomplete: 'username', required: true })}
          ${textField({ id: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true })}
          ${checkbox({
            id: 'remember',
            label: 'Stay signed in on this computer',
            checked: this.isKept,
            onchange: (isKept) => {
              this.isKept = isKept
            },
          })}
          <button class="button primary" type="submit" ?disabled=${this.isBusy}>${this.isBusy ? 'Signing in…' : 'Sign in'}</button>
        </form>
        <p class="quiet small">${location.host}</p>
      </main>`
  }

  /** @param {SubmitEvent & { target: HTMLFormElement }} event */
  #submit = async (event) => {
    event.preventDefault()
    const form = new FormData(event.target)
    this.isBusy = true
    this.error = undefined
    try {
      await api.post('/users/login', {
        Username: form.get('username'),
        Password: form.get('password'),
        RememberMe: this.isKept,
      })
      dispatchEvent(new Event('tako-signed-in'))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.error = error
      this.querySelector('input')?.focus()
    } finally {
      this.isBusy = false
    }
  }
}

customElements.define('tako-page-sign-in', TakoPageSignIn)
