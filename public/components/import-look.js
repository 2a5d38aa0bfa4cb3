import { counted } from '../format.js'

/**
 * A received bundle as the API has it.
 * @typedef {'Quarantined' | 'Duplicate' | 'AwaitingPackages' | 'AwaitingReview' | 'Approved' | 'Importing' | 'ImportFailed' | 'Imported'
 *   | 'Superseded' | 'Recalled' | 'Removed' | 'Rejected' | 'Withdrawn' | 'Expired'} ImportState
 * @typedef {Record<string, any> & { Id: string, State: ImportState, Code: string | null, Message: string, Received: string, ReceivedBy: string,
 *   RemoteSpace: string, Sequence: number, Missing: number, WentBack: boolean, Revision: number, Reason: string,
 *   Sender: { Space: string, Server: string, Fingerprint: string } | null, SourceProjectName: string, ReleaseVersion: string,
 *   AsVersion: string | null, ApprovedBy: string | null, ProjectId: string | null, ReleaseId: string | null }} Import
 * @typedef {import('./tako-state.js').State} State
 */

/** @type {Record<ImportState, [State, string]>} */
const LOOKS = {
  AwaitingPackages: ['waiting', 'Waits for packages'],
  AwaitingReview: ['waiting', 'Waits for a review'],
  Approved: ['waiting', 'Approved, not imported yet'],
  Importing: ['executing', 'Being imported'],
  ImportFailed: ['failed', 'Could not be imported'],
  Imported: ['success', 'Imported'],
  Superseded: ['cancelled', 'Superseded by a newer one'],
  Recalled: ['cancelled', 'Recalled by its sender'],
  Removed: ['cancelled', 'Its release was deleted here'],
  Rejected: ['cancelled', 'Rejected'],
  Withdrawn: ['cancelled', 'Withdrawn by its sender'],
  Expired: ['cancelled', 'Its time was over'],
  Duplicate: ['skipped', 'The same was here already'],
  Quarantined: ['failed', 'Refused'],
}

/** How an import is, as icon and words. @param {ImportState} state @returns {{ state: State, word: string }} */
export function lookOfImport(state) {
  const [look, word] = LOOKS[state]
  return { state: look, word }
}

/** States that a list can be limited to: the name of the filter, its words, and which they are. @type {[string, string, ImportState[]][]} */
export const FILTERS = [
  [
    'open',
    'Wait for somebody',
    ['AwaitingPackages', 'AwaitingReview', 'Approved', 'Importing', 'ImportFailed'],
  ],
  ['imported', 'Imported', ['Imported', 'Superseded', 'Recalled', 'Removed']],
  ['refused', 'Refused or rejected', ['Quarantined', 'Rejected']],
  ['over', 'Withdrawn, expired or repeated', ['Withdrawn', 'Expired', 'Duplicate']],
]

/** @type {ImportState[]} */
const OPEN = ['AwaitingPackages', 'AwaitingReview', 'Approved', 'ImportFailed']

/** Whether people may still decide about it. @param {Import} one */
export const isOpen = ({ State }) => OPEN.includes(State)

/** What was sent: 'Gate Control 2.11.0', or that nobody knows. @param {Import} one */
export const titleOf = ({ SourceProjectName, ReleaseVersion }) =>
  SourceProjectName ? `${SourceProjectName} ${ReleaseVersion}` : 'A file that was refused'

/** Whether bundles before it have come, in words; '' when all have. @param {Import} one */
export function gapOf({ Missing, WentBack }) {
  if (WentBack) return 'the sender counts again'
  return Missing > 0
    ? `${counted(Missing, 'bundle')} before it ${Missing === 1 ? 'is' : 'are'} missing`
    : ''
}
