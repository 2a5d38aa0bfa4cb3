import { html, nothing } from 'lit'
import './tako-time.js'

/**
 * A promotion as the API has it: a release on its way to another space.
 * @typedef {{ EnvironmentId: string, RemoteName: string, Kind: 'Environment' | 'Space', DeploymentId: string, TaskId: string,
 *   State: string, At: string | null, ReceivedAt: string, Error: string, Environments?: { Name: string, State: string }[] }} Wanted
 * @typedef {{ Id: string, ProjectId: string, ReleaseId: string, ReleaseVersion: string, TrustId: string, RemoteSpace: string,
 *   State: string, Revision: number, Sequence: number, BundleId: string | null, BundleSize: number | null,
 *   IncludePackages: boolean, Wanted: Wanted[], Created: string, CreatedBy: string, LastNews: string | null,
 *   RetryingSince: string | null, NotAfter: string | null, Error: string }} Promotion
 */

const PREPARED = ['Created', 'Building']
const ON_ITS_WAY = ['Built', 'Exported', 'Sending', 'Retrying', 'Delivered', 'AwaitingReview']
const THERE = ['Accepted', 'Deploying', 'Succeeded', 'Failed']

/** The states by which the list is narrowed, by the name that stands in the address. @type {Record<string, { title: string, states: string[] }>} */
export const stateGroups = {
  way: { title: 'On its way', states: [...PREPARED, ...ON_ITS_WAY] },
  there: { title: 'In the other space', states: THERE },
  ended: {
    title: 'Ended',
    states: [
      ...['BuildFailed', 'Undeliverable', 'Rejected'],
      ...['Withdrawn', 'Expired', 'Recalled', 'Superseded'],
    ],
  },
}

/** Whether the other space has said that it has taken the release. @param {{ State: string }} promotion */
export const isThere = ({ State }) => THERE.includes(State)

/**
 * Why the files of a promotion cannot be had, or ''.
 * @param {Pick<Promotion, 'BundleId' | 'NotAfter' | 'State'>} promotion
 */
export function whyNoFile({ BundleId, NotAfter, State }, now = new Date().toISOString()) {
  if (State === 'BuildFailed') return 'The bundle could not be built.'
  if (BundleId === null) return 'The bundle has not been built yet.'
  const isOver = NotAfter !== null && NotAfter < now
  return isOver ? 'Its time is over, so the file is not kept: promote the release again.' : ''
}

/** Why a promotion cannot be withdrawn by its state, or ''. @param {{ State: string }} promotion */
export const whyNotWithdraw = ({ State }) =>
  [...PREPARED, ...ON_ITS_WAY, 'Undeliverable'].includes(State)
    ? ''
    : isThere({ State })
      ? 'The other space has it: recall it instead.'
      : 'It has ended.'

/** Why a promotion cannot be sent once more by its state, or ''. @param {{ State: string }} promotion */
export const whyNotResend = ({ State }) => {
  if ([...ON_ITS_WAY, 'Undeliverable'].includes(State)) return ''
  if (PREPARED.includes(State)) return 'The bundle has not been built yet.'
  return isThere({ State }) ? 'The other space has it.' : 'It has ended: promote the release again.'
}

/** Why a promotion cannot be recalled by its state, or ''. @param {{ State: string }} promotion */
export const whyNotRecall = ({ State }) =>
  isThere({ State }) ? '' : 'Only what the other space has accepted is recalled.'

/** What a promotion waits for and who can act, in a sentence; '' when it waits for nobody. @param {Promotion} promotion */
export function waitsFor({ State, RemoteSpace }) {
  switch (State) {
    case 'Built':
      return `Waits to be carried: who may promote downloads the bundle and takes it to ${RemoteSpace}.`
    case 'Exported':
      return `Waits for ${RemoteSpace}: its people import the file. Their answer comes as a file of receipts.`
    case 'Retrying':
      return `Waits for ${RemoteSpace} to answer; it is tried again by itself. The bundle may also be carried as a file.`
    case 'Delivered':
      return `Waits for ${RemoteSpace} to check the bundle.`
    case 'AwaitingReview':
      return `Waits for ${RemoteSpace}: who may import there reviews it.`
    case 'Accepted':
      return `Waits for ${RemoteSpace}: its people deploy the release.`
    case 'Failed':
      return `Waits for ${RemoteSpace}: its people may deploy it once more.`
    case 'Undeliverable':
      return `Waits for somebody here: send it again, or carry the bundle as a file.`
    default:
      return ''
  }
}

/** How old what is known of a promotion is, and since when it is tried to deliver it. @param {Promotion} promotion */
export const newsLine = ({ LastNews, RetryingSince, State }) => html`
  ${State === 'Exported' ? html`<small>Taken as a file, no answer yet</small>` : nothing}
  ${RetryingSince ? html`<small class="soon">Retrying since <tako-time .at=${RetryingSince} suffix="ago"></tako-time></small>` : nothing}
  ${LastNews ? html`<small>as of <tako-time .at=${LastNews} suffix="ago"></tako-time></small>` : nothing}`

/** The environments that a release is promoted to, as text. @param {Promotion} promotion */
export const placesText = ({ Wanted }) =>
  [
    ...new Set(
      Wanted.map(({ Kind, RemoteName }) => (Kind === 'Space' ? 'the whole space' : RemoteName)),
    ),
  ].join(', ')

/** Why a promotion ended badly, as a whole or in some of its environments: a line for each. @param {Promotion} promotion @returns {string[]} */
export function reasons({ Error: why, Wanted }) {
  const each = Wanted.filter((wanted) => wanted.Error && wanted.Error !== why)
  const told = each.map(({ RemoteName, Error: text }) => `${RemoteName}: ${text}`)
  return [...(why ? [why] : []), ...new Set(told)]
}
