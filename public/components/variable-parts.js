import { html, nothing } from 'lit'
import { icon } from './icons.js'

/**
 * @typedef {import('./variable-scope.js').Variable} Variable
 * @typedef {Record<string, { Id: string, Name: string }[]>} ScopeValues what a scope may name, by kind
 */

/** @type {Record<string, string>} */
const LISTS = {
  Environment: 'Environments',
  Channel: 'Channels',
  Action: 'Actions',
  Machine: 'Machines',
  Role: 'Roles',
  TenantTag: 'TenantTags',
  ProcessOwner: 'Processes',
}

/** @type {Record<string, import('./icons.js').IconName>} */
const ICONS = {
  Action: 'tasks',
  Channel: 'promotions',
  Machine: 'target',
  Role: 'tag',
  TenantTag: 'tag',
}

/** A value as it may be shown: text with its expressions marked, dots for a secret, the question of a prompt. @param {Variable} variable */
export function shownValue({ Value, IsSensitive, Prompt, NotPromoted }) {
  if (IsSensitive) {
    const isNew = Value !== null && Value !== ''
    return html`<span class="secret">${icon('lock')}<span aria-hidden="true">••••••••••</span><span class="visually-hidden">A secret value</span>${isNew ? html`<span class="quiet small">new</span>` : nothing}${NotPromoted ? html`<span class="quiet small">not promoted</span>` : nothing}</span>`
  }
  const text = Value ? html`<span class="mono">${expressions(Value)}</span>` : nothing
  if (!Prompt) return Value ? text : html`<span class="quiet">Empty</span>`
  return html`<span class="prompt">${icon('person')}“${Prompt.Label || 'Asked at deployment'}”</span>${Value ? html`<span class="quiet small"> else ${text}</span>` : nothing}`
}

const expressions = (/** @type {string} */ text) =>
  text
    .split(/(#\{[^}]*\})/)
    .map((part) =>
      part.startsWith('#{') ? html`<span class="code-expression">${part}</span>` : part,
    )

/** What a value is limited to, as chips. @param {Variable} variable @param {ScopeValues} scopeValues */
export function scopeChips({ Scope }, scopeValues) {
  const chips = Object.entries(Scope ?? {}).flatMap(([kind, ids]) =>
    (ids ?? []).map((id) => {
      const name = scopeValues[LISTS[kind] ?? '']?.find(({ Id }) => Id === id)?.Name ?? id
      const sign = ICONS[kind]
      return html`<span class="chip">${sign ? icon(sign) : nothing}${name}</span>`
    }),
  )
  return chips.length > 0
    ? html`<span class="chips">${chips}</span>`
    : html`<span class="quiet">Everywhere</span>`
}
