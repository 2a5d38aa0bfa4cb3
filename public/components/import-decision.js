import { html, nothing } from 'lit'
import { button } from './form.js'
import { icon } from './icons.js'
import { isOpen } from './import-look.js'

/**
 * @typedef {import('./import-look.js').Import} Import
 * @typedef {import('./import-sender.js').Preview} Preview
 * @typedef {object} Person who decides
 * @property {string} username
 * @property {string} whyNotImport why nothing may be imported or rejected, or ''
 * @property {string} whyNotApprove
 * @property {boolean} isTyping whether values were typed that are not saved
 * @property {boolean} isBusy
 */

/**
 * Why it cannot be decided as things stand, whoever decides; '' when it can.
 * @param {Import} one
 * @param {Preview} preview
 * @param {boolean} isTyping
 */
function obstacle({ State }, { Blocks }, isTyping) {
  const [block, ...others] = Blocks
  if (block)
    return others.length > 0 ? `${block.Message} ${others.length} more to settle.` : block.Message
  if (State === 'AwaitingPackages') return 'Packages are missing.'
  return isTyping ? 'Save the values that you have typed, or discard them.' : ''
}

/**
 * What keeps a person from importing, or from approving for another one; '' where he may.
 * @param {Import} one
 * @param {Preview} preview
 * @param {Person} person
 * @returns {{ approve: string, import: string, sentence: string }}
 */
export function decisionOf(one, preview, { username, whyNotImport, whyNotApprove, isTyping }) {
  const why = obstacle(one, preview, isTyping)
  if (!preview.RequireSecondApprover)
    return {
      ...{ approve: '', import: whyNotImport || why },
      sentence: why || whyNotImport || 'It can be imported.',
    }
  const isApproved = one.State === 'Approved' && one.ApprovedDigest === preview.Digest
  const isOwn = isApproved && one.ApprovedBy === username
  const approved = isOwn
    ? 'You have approved it: another person imports it.'
    : isApproved
      ? `${one.ApprovedBy} has approved it.`
      : 'One person approves it, another one imports it.'
  return {
    approve: whyNotApprove || why || (isApproved ? `${one.ApprovedBy} has approved it.` : ''),
    import: whyNotImport || why || (isApproved && !isOwn ? '' : approved),
    sentence: why || approved,
  }
}

/**
 * The bar at the bottom: what is missing, what exactly is decided about, and the choices.
 * @param {Import} one
 * @param {Preview} preview
 * @param {Person} person
 * @param {{ reject: () => void, approve: () => void, import: () => void }} calls
 */
export function decisionBar(one, preview, person, calls) {
  if (!isOpen(one)) return nothing
  const decision = decisionOf(one, preview, person)
  const mayApprove = preview.RequireSecondApprover && decision.approve === ''
  const isReady = decision.import === '' || mayApprove
  const busy = person.isBusy ? 'Wait for what is under way.' : ''
  const { RequireSecondApprover, Digest } = preview
  return html`
    <div class="save-bar" role="region" aria-label="Decision">
      <span class="decide ${isReady ? 'ready' : ''}">${icon(isReady ? 'success' : 'waiting')}<span><strong>${decision.sentence}</strong>
        <span class="small">Importing runs nothing. What you see is what is imported: <code>${shortDigest(Digest)}</code></span></span></span>
      <span class="push"></span>
      ${choice({ label: 'Reject…', kind: 'danger', refusal: person.whyNotImport || busy, onclick: calls.reject })}
      ${RequireSecondApprover ? choice({ label: 'Approve', refusal: decision.approve || busy, onclick: calls.approve }) : nothing}
      ${choice({ label: RequireSecondApprover ? 'Import' : 'Approve and import', kind: 'primary', refusal: decision.import || busy, onclick: calls.import })}
    </div>`
}

/** @param {{ label: string, kind?: string, refusal: string, onclick: () => void }} options */
const choice = ({ label, refusal, ...options }) =>
  button({
    ...options,
    ...{ name: label, refusal },
    label: html`${refusal ? icon('lock') : nothing}${label}`,
  })

/** So much of a digest as people compare: '7f3a 91c0 e2d4'. @param {string} digest */
const shortDigest = (digest) => digest.slice(0, 12).match(/.{4}/g)?.join(' ') ?? ''
