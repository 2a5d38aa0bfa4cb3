import { html, nothing } from 'lit'
import { areaField, selectField, textField } from './form.js'
import { icon } from './icons.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ TrustId: string, Kind: 'Environment' | 'Space', RemoteName: string, CountsWhen: string }} Remote
 * @typedef {{ names: string[], why: string }} Told what the other space calls its environments, or why it does not tell
 */

/** @type {[string, string][]} */
const KINDS = [
  ['Environment', 'One of its environments'],
  ['Space', 'The space as a whole: it decides where the release goes'],
]

/** @type {[string, string][]} */
const RULES = [
  ['Accepted', 'it has accepted the release'],
  ['AnySucceeded', 'one of its environments has it'],
  ['AllSucceeded', 'all of its environments have it'],
]

/**
 * What is asked of an environment in another space.
 * @param {Partial<Resource>} draft with its `Remote`
 * @param {{ trusts: Resource[], told: Told, change: (changes: Partial<Resource>) => void, onask: (trustId: string) => void }} options
 */
export function remoteFields(draft, { trusts, told, change, onask }) {
  const remote = /** @type {Remote} */ (draft.Remote)
  const set = (/** @type {Partial<Remote>} */ changes) =>
    change({ Remote: { ...remote, ...changes } })
  const trust = trusts.find(({ Id }) => Id === remote.TrustId)
  const isSpace = remote.Kind === 'Space'
  return html`
    ${selectField({
      ...{ id: 'remote-trust', label: 'Space', chosen: remote.TrustId },
      options: trusts.map(({ Id, Name, State }) => [
        Id,
        State === 'Active' ? Name : `${Name} (${State.toLowerCase()})`,
      ]),
      onchange: (TrustId) => set({ TrustId }),
    })}
    ${trust && trust.State !== 'Active' ? html`<p class="note">${icon('warning')}<span>Nothing can be promoted there before the trust is active.</span></p>` : nothing}
    ${selectField({
      ...{ id: 'remote-kind', label: 'Releases go to', options: KINDS, chosen: remote.Kind },
      disabled: Boolean(draft.Id),
      onchange: (Kind) => set({ Kind: /** @type {Remote['Kind']} */ (Kind) }),
    })}
    ${
      isSpace
        ? selectField({
            ...{ id: 'remote-rule', label: 'Its phase is complete when', options: RULES },
            chosen: remote.CountsWhen,
            onchange: (CountsWhen) => set({ CountsWhen }),
          })
        : html`${textField({
            ...{ id: 'remote-name', label: 'Its name there', value: remote.RemoteName },
            ...{ maxlength: 200, required: true, autofocus: true, placeholder: 'Production' },
            help: 'As it is called in the other space.',
            oninput: (RemoteName) => set({ RemoteName }),
          })}${
            told.names.length > 0
              ? choices(told.names, remote.RemoteName, (RemoteName) => set({ RemoteName }))
              : html`<p class="row wrap"><button class="button compact" type="button" @click=${() => onask(remote.TrustId)}>${icon('search')}Ask what it has</button>${told.why ? html`<span class="quiet small" role="status">${told.why}</span>` : nothing}</p>`
          }`
    }
    ${textField({ id: 'environment-name', label: 'Name here', value: draft.Name ?? '', maxlength: 50, required: Boolean(draft.Id), placeholder: isSpace ? (trust?.Name ?? '') : `${trust?.Name ?? 'Prod Space'}: ${remote.RemoteName || 'Production'}`, oninput: (Name) => change({ Name }) })}
    ${areaField({ id: 'environment-description', label: 'Description', rows: 2, value: draft.Description ?? '', oninput: (Description) => change({ Description }) })}`
}

/** The names that the other space tells, to be picked. @param {string[]} names @param {string} chosen @param {(name: string) => void} pick */
const choices = (names, chosen, pick) => html`
  <div class="row wrap" role="group" aria-label="Environments there">${names.map((name) => html`<button class="button compact" type="button" aria-pressed=${name === chosen} @click=${() => pick(name)}>${name}</button>`)}</div>`
