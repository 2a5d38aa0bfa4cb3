import { html, nothing } from 'lit'
import { areaField, checkbox, field, selectField, textField } from './form.js'
import { formDialog } from './form-dialog.js'
import { transports, wholeFingerprint } from './trust-look.js'

/**
 * @typedef {import('./trust-look.js').Trust} Trust
 * @typedef {import('./trust-look.js').Flow} Flow
 * @typedef {{ isBusy: boolean, error: (Error & { errors?: string[] }) | undefined, onsend: () => void, onclosed: () => void }} Common
 * @typedef {Pick<Trust, 'Name' | 'Allow' | 'RequireSecondApprover'> & { Transport?: Trust['Transport'] }} Decided
 * @typedef {{ SpaceName: string, ServerName: string, Fingerprint: string, IsOfThisServer: boolean, KnownAs: string | null }} Read
 * @typedef {Decided & { document: string, read: Read | undefined }} Draft
 */

/** @type {Record<Flow, boolean>} */
const nothingAllowed = {
  SendReleases: false,
  ReceiveReleases: false,
  SendReceipts: false,
  ReceiveReceipts: false,
  ShareEnvironmentNames: false,
  AcceptRecall: false,
}

/** A new trust before anything is decided of it. @returns {Draft} */
export const emptyDraft = () => ({
  document: '',
  read: undefined,
  Name: '',
  Allow: nothingAllowed,
  RequireSecondApprover: false,
})

/** What may flow: a box for each direction, receipts going the other way. @param {Decided} decided @param {(changes: Partial<Decided>) => void} onchange */
const flowFields = ({ Allow, RequireSecondApprover }, onchange) => {
  const allow = (/** @type {Partial<Record<Flow, boolean>>} */ changes) =>
    onchange({ Allow: { ...Allow, ...changes } })
  return html`
    <fieldset class="box-set"><legend>What may flow</legend>
      ${checkbox({ id: 'trust-send', label: '→ This space sends releases there', help: 'And takes receipts of how they were deployed.', checked: Allow.SendReleases, onchange: (isOn) => allow({ SendReleases: isOn, ReceiveReceipts: isOn }) })}
      ${checkbox({ id: 'trust-receive', label: '← This space takes releases from there', help: 'Each waits for a review, and receipts go back.', checked: Allow.ReceiveReleases, onchange: (isOn) => allow({ ReceiveReleases: isOn, SendReceipts: isOn }) })}
      ${
        Allow.ReceiveReleases
          ? html`
        ${checkbox({ id: 'trust-recall', label: 'The other may recall what it has sent', help: 'A recalled release is blocked here.', checked: Allow.AcceptRecall, onchange: (isOn) => allow({ AcceptRecall: isOn }) })}
        ${checkbox({ id: 'trust-names', label: 'The other may see the names of environments here', checked: Allow.ShareEnvironmentNames, onchange: (isOn) => allow({ ShareEnvironmentNames: isOn }) })}
        ${checkbox({ id: 'trust-second', label: 'A second person approves each import', checked: RequireSecondApprover, onchange: (isOn) => onchange({ RequireSecondApprover: isOn }) })}`
          : nothing
      }
    </fieldset>`
}

/**
 * The form of a new trust: the other's identity document, and once it is read, what is decided of it.
 * @param {Draft} draft
 * @param {Common & { onchange: (changes: Partial<Draft>) => void, ondocument: (text: string) => void }} options
 */
export const newTrustDialog = (draft, { onchange, ondocument, ...common }) =>
  formDialog(
    { ...common, title: 'Add trust', verb: draft.read ? 'Go on' : 'Read' },
    draft.read
      ? readFields(draft, draft.read, onchange)
      : html`<p class="small">The people of the other space export its identity on their page of trusts, and send you the file.</p>
          ${documentFields(draft, ondocument)}`,
  )

/** @param {Pick<Draft, 'document'>} draft @param {(text: string) => void} ondocument */
const documentFields = ({ document }, ondocument) => {
  const take = async (/** @type {File | undefined} */ file) => {
    if (file) ondocument(await file.text())
  }
  return html`
    <div class="drop" @dragover=${(/** @type {DragEvent} */ event) => event.preventDefault()} @drop=${(
      /** @type {DragEvent} */ event,
    ) => {
      event.preventDefault()
      void take(event.dataTransfer?.files[0])
    }}>
      <p class="quiet small">Drop the file here, or <label class="pick">choose it<input class="visually-hidden" type="file" accept=".json,application/json" aria-label="Choose the identity document"
        @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => void take(event.target.files?.[0])}></label></p>
    </div>
    ${areaField({ id: 'trust-document', label: 'Or paste its text', rows: 5, value: document, oninput: ondocument })}`
}

/** @param {Draft} draft @param {Read} read @param {(changes: Partial<Draft>) => void} onchange */
const readFields = (draft, read, onchange) => html`
  <p class="small">The document says it is of <b>${read.SpaceName}</b> on <b>${read.ServerName}</b>${read.IsOfThisServer ? ', which is this server' : ''}. Whether that is so, you find out in the next step.</p>
  ${read.KnownAs ? html`<p class="note waiting small" role="status">This identity is known already, as ${read.KnownAs}.</p>` : nothing}
  ${textField({ id: 'trust-name', label: 'Name', help: 'What this space calls the other, such as in “Prod Space: Production”.', value: draft.Name, maxlength: 50, required: true, autofocus: true, oninput: (Name) => onchange({ Name }) })}
  ${flowFields(draft, onchange)}`

/**
 * The form in which the fingerprint is entered that the other side reads aloud. It is not shown: who could copy it would.
 * @param {Trust} trust
 * @param {string} typed
 * @param {Common & { oninput: (typed: string) => void }} options
 */
export const confirmDialog = (trust, typed, { oninput, ...common }) =>
  formDialog(
    { ...common, title: `Confirm ${trust.Name}`, verb: 'Trust' },
    html`
      <p class="small">Call the people of <b>${trust.RemoteSpaceName}</b> on <b>${trust.ServerName}</b>, by a way that you know is theirs. Have them read the four groups on their page of trusts, and type what you hear.</p>
      ${textField({ id: 'trust-fingerprint', label: 'What they read', value: typed, placeholder: 'XXXX-XXXX-XXXX-XXXX', mono: true, maxlength: 100, required: true, autofocus: true, oninput })}
      <p class="small quiet">If it differs, the document is not theirs: delete this trust, and tell them.</p>`,
  )

/**
 * The form of what is decided of a trust.
 * @param {Trust} trust
 * @param {Common & { onchange: (trust: Trust) => void }} options
 */
export const trustDialog = (trust, { onchange, ...common }) => {
  const { Transport } = trust
  /** @type {[string, string][]} */
  const kinds = Object.entries(transports)
  const turn = (/** @type {Partial<Trust['Transport']>} */ changes) =>
    onchange({ ...trust, Transport: { ...Transport, ...changes } })
  return formDialog(
    { ...common, title: `Edit ${trust.Name}`, verb: 'Save' },
    html`
      ${textField({ id: 'trust-name', label: 'Name', value: trust.Name, maxlength: 50, required: true, autofocus: true, oninput: (Name) => onchange({ ...trust, Name }) })}
      ${flowFields(trust, (changes) => onchange({ ...trust, ...changes }))}
      ${selectField({ id: 'trust-transport', label: 'How it is reached', options: kinds, chosen: Transport.Kind, onchange: (Kind) => turn({ Kind: /** @type {Trust['Transport']['Kind']} */ (Kind) }) })}
      ${Transport.Kind === 'Https' ? textField({ id: 'trust-url', label: 'Address', value: Transport.Url ?? '', placeholder: 'https://tako.example.com', oninput: (Url) => turn({ Url }) }) : nothing}
      ${Transport.Kind === 'Bus' ? textField({ id: 'trust-bus', label: 'Name on the bus', value: Transport.BusName ?? '', oninput: (BusName) => turn({ BusName }) }) : nothing}
      ${field({ id: 'trust-whole', label: 'Fingerprint' }, html`<div id="trust-whole">${wholeFingerprint(trust.Fingerprint)}</div>`)}`,
  )
}

/**
 * The form that ends a trust for good.
 * @typedef {{ Reason: string, BlockImportedReleases: boolean, typed: string }} Revoking
 * @param {Trust} trust
 * @param {Revoking} revoking
 * @param {Common & { onchange: (changes: Partial<Revoking>) => void }} options
 */
export const revokeDialog = (trust, revoking, { onchange, ...common }) =>
  formDialog(
    { ...common, title: `Revoke ${trust.Name}?`, verb: `Revoke ${trust.Name}` },
    html`
      <p class="small">Nothing goes to ${trust.Name} or comes from it any more, for good: to trust it again, somebody has to compare fingerprints anew. What runs now goes on.</p>
      ${textField({ id: 'revoke-reason', label: 'Reason', help: 'It stands in the audit trail.', value: revoking.Reason, maxlength: 1000, required: true, oninput: (Reason) => onchange({ Reason }) })}
      ${checkbox({ id: 'revoke-block', label: 'Block releases that came from it and were not deployed yet', checked: revoking.BlockImportedReleases, onchange: (BlockImportedReleases) => onchange({ BlockImportedReleases }) })}
      ${textField({ id: 'revoke-typed', label: `Type ${trust.Name} to go on`, value: revoking.typed, error: isOther(revoking.typed, trust) ? 'This is not its name.' : undefined, required: true, oninput: (typed) => onchange({ typed }) })}`,
  )

/** Whether something else than its name was typed. @param {string} typed @param {Trust} trust */
export const isOther = (typed, { Name }) => typed.trim() !== '' && !Name.startsWith(typed.trim())

/**
 * The form that takes newer keys of the other.
 * @param {Trust} trust
 * @param {string} document
 * @param {Common & { ondocument: (text: string) => void }} options
 */
export const renewDialog = (trust, document, { ondocument, ...common }) =>
  formDialog(
    { ...common, title: `New keys of ${trust.Name}`, verb: 'Take the keys' },
    html`
      <p class="small">Its people send <code>rotations.json</code>, by which the old keys vouch for the new, or a newer <code>identity.json</code>.</p>
      ${documentFields({ document }, ondocument)}`,
  )
