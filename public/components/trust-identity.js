import { html, nothing } from 'lit'
import { button } from './form.js'
import { icon } from './icons.js'
import { rowMenu } from './row-menu.js'
import './tako-time.js'
import { qrCode, shortFingerprint, validity, wholeFingerprint } from './trust-look.js'

/**
 * @typedef {import('../api.js').Resource & { ShortFingerprint: string, Fingerprint: string, NotAfter: string, EncryptionNotAfter: string,
 *   ServerName: string, Created: string, Previous: { Fingerprint: string, ReplacedAt: string, Until: string }[] }} Identity
 */

/**
 * Who this space is to others: what is read aloud, shown and handed over.
 * @param {Identity} identity
 * @param {{ spaceName: string, documentHref: string, rotationsHref: string, refusal: string, rotate: (keys: 'Identity' | 'Encryption') => void }} options
 */
export const identityPanel = (
  identity,
  { spaceName, documentHref, rotationsHref, refusal, rotate },
) => html`
  <section class="panel identity" aria-labelledby="identity-title">
    <header class="panel-head">
      <h2 id="identity-title">This space to others</h2>
      <span class="push row">
        ${
          refusal
            ? button({
                label: html`${icon('download')}Export identity`,
                name: 'Export identity',
                refusal,
                onclick: () => {},
              })
            : html`<a class="button" href=${documentHref} download="identity.json">${icon('download')}Export identity</a>`
        }
        ${rowMenu('More about the identity', [
          { name: 'Replace the encryption key…', act: () => rotate('Encryption'), refusal },
          { name: 'Replace all keys…', act: () => rotate('Identity'), refusal },
        ])}
      </span>
    </header>
    <div class="panel-body">
      <div class="aloud">
        <p class="quiet small">Read this to the people of the other space. They type it, and know that the document they have is yours.</p>
        ${shortFingerprint(identity.ShortFingerprint)}
        <dl class="facts">
          <div><dt>Space</dt><dd>${spaceName}</dd></div>
          <div><dt>Server</dt><dd>${identity.ServerName}</dd></div>
          <div><dt>Certificates</dt><dd>${validity(identity)} left</dd></div>
          <div><dt>Fingerprint</dt><dd>${wholeFingerprint(identity.Fingerprint)}</dd></div>
          ${
            identity.Previous.length > 0
              ? html`<div><dt>Older keys</dt><dd>Taken until <time datetime=${identity.Previous[0]?.Until}>${identity.Previous[0]?.Until.slice(0, 10)}</time>.
            <a href=${rotationsHref} download="rotations.json">Rotations</a> bring the new ones to spaces that are not connected.</dd></div>`
              : nothing
          }
        </dl>
      </div>
      ${qrCode(identity.Fingerprint.toUpperCase(), `The fingerprint of ${spaceName} as a QR code`)}
    </div>
  </section>`
