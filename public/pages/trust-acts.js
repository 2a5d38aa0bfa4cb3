/**
 * @typedef {object} Calls what the acts need of their page
 * @property {string} refusal why nothing may be changed, or ''
 * @property {() => void} edit
 * @property {() => void} renew
 * @property {() => void} revoke
 * @property {() => void} test
 * @property {(path: 'suspend' | 'resume') => void} post
 * @property {() => void} remove
 */

/**
 * What a manager may do with a trust, for the menu of its row.
 * @param {import('../components/trust-look.js').Trust} trust
 * @param {Calls} calls
 */
export function actsOf(trust, { refusal, edit, renew, revoke, test, post, remove }) {
  const { State, Transport } = trust
  const isRevoked = State === 'Revoked'
  const mayGo = State === 'Proposed' || isRevoked
  const isFlowing = State === 'Active' || State === 'Expired'
  return [
    isRevoked ? null : { name: 'Edit…', act: edit, refusal },
    Transport.Kind !== 'Disconnected' && !isRevoked
      ? { name: 'Test the connection', act: test, refusal }
      : null,
    isRevoked ? null : { name: 'New keys…', act: renew, refusal },
    isFlowing ? { name: 'Suspend', act: () => post('suspend'), refusal } : null,
    State === 'Suspended' ? { name: 'Resume', act: () => post('resume'), refusal } : null,
    isRevoked ? null : { name: 'Revoke…', act: revoke, refusal, isDanger: true },
    mayGo ? { name: 'Delete', act: remove, refusal, isDanger: true } : null,
  ]
}
