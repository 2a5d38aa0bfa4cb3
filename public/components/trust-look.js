import { html, nothing, svg } from 'lit'
import { encode } from 'uqr'
import { counted } from '../format.js'

/**
 * A trust as the API has it.
 * @typedef {'SendReleases' | 'ReceiveReleases' | 'SendReceipts' | 'ReceiveReceipts' | 'ShareEnvironmentNames' | 'AcceptRecall'} Flow
 * @typedef {Record<string, any> & { Id: string, Name: string, ServerName: string, RemoteSpaceName: string, Fingerprint: string,
 *   State: 'Proposed' | 'Active' | 'Suspended' | 'Expired' | 'Revoked', NotAfter: string, EncryptionNotAfter: string,
 *   Transport: { Kind: 'Local' | 'Disconnected' | 'Https' | 'Bus', Url: string | null, BusName: string | null },
 *   Allow: Record<Flow, boolean>, RequireSecondApprover: boolean, LastSeen: string | null,
 *   Revocation: { Reason: string, By: string, At: string } | null }} Trust
 * @typedef {{ state: import('./tako-state.js').State, word: string }} Look
 */

/** @type {Record<Trust['State'], Look>} */
const STATES = {
  Proposed: { state: 'waiting', word: 'To be confirmed' },
  Active: { state: 'success', word: 'Active' },
  Suspended: { state: 'skipped', word: 'Suspended' },
  Expired: { state: 'failed', word: 'Expired' },
  Revoked: { state: 'cancelled', word: 'Revoked' },
}

/** @type {Record<Trust['Transport']['Kind'], string>} */
export const transports = {
  Local: 'On this server',
  Disconnected: 'Files, carried',
  Https: 'HTTPS',
  Bus: 'Promotions bus',
}

/** How a trust is, as icon and word. @param {Trust} trust */
export const lookOf = ({ State }) => STATES[State]

/** What may flow, as two arrows: releases there, and releases here. @param {Trust} trust */
export function directions({ Allow, Name }) {
  /** @param {boolean} isOn @param {string} arrow @param {string} says */
  const arrow = (isOn, arrow, says) =>
    html`<span class="arrow ${isOn ? 'on' : ''}" role="img" aria-label=${says} title=${says}>${arrow}</span>`
  return html`<span class="arrows">
    ${arrow(Allow.SendReleases, '→', Allow.SendReleases ? `Releases go to ${Name}` : `No releases go to ${Name}`)}
    ${arrow(Allow.ReceiveReleases, '←', Allow.ReceiveReleases ? `Releases come from ${Name}` : `No releases come from ${Name}`)}</span>`
}

const DAY_MS = 86_400_000

/** How long the certificate that ends first still holds, in words. @param {Pick<Trust, 'NotAfter' | 'EncryptionNotAfter'>} trust */
export function validity({ NotAfter, EncryptionNotAfter }, now = Date.now()) {
  const end = NotAfter < EncryptionNotAfter ? NotAfter : EncryptionNotAfter
  const days = Math.ceil((Date.parse(end) - now) / DAY_MS)
  const text = days > 0 ? counted(days, 'day') : 'Expired'
  return html`<span class=${days > 30 ? '' : 'soon'} title="Until ${end.slice(0, 10)}">${text}</span>`
}

/** The short form of a fingerprint, to be read aloud: four large groups. @param {string} text */
export const shortFingerprint = (text) => html`
  <p class="short-fingerprint" role="img" aria-label=${text.split('-').join(' ')}>${text.split('-').map((group) => html`<span>${group}</span>`)}</p>`

/** All of a fingerprint, in groups of four. @param {string} text 64 hexadecimal digits */
export const wholeFingerprint = (text) =>
  html`<code class="whole-fingerprint">${text.match(/.{1,4}/g)?.join(' ') ?? nothing}</code>`

/** A text as a QR code. @param {string} text @param {string} label */
export function qrCode(text, label) {
  const { data, size } = encode(text)
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
    ${svg`<rect width=${size} height=${size} fill="#fff"/><path d=${path} fill="#000"/>`}</svg>`
}
