/** What people read of a promotion: in the log of its task, and as what the task waits for. */
import type { PromotionState } from './promotion-state.ts'

/** What the texts are about. */
export interface Told {
  state: PromotionState
  /** As this space calls the other: 'Prod Space'. */
  space: string
  /** What the wanted environment is called there: 'Production'. */
  environment: string
  /** By the target's clock, ISO; null for what happened here. */
  at: string | null
  /** '' when there is none. */
  error: string
}

export type NoteCategory = 'Info' | 'Warning' | 'Error'

/** A line for the log of the task that waits. */
export function noteOf(told: Told): { category: NoteCategory; text: string } {
  const { state, space, error } = told
  const when = told.at === null ? '' : `, as ${space} reports of ${told.at}`
  const why = error === '' ? '.' : `: ${error}`
  return { category: categoryOf(state), text: textOf({ ...told, when, why }) }
}

function textOf(told: Told & { when: string; why: string }): string {
  const { state, space, environment, when, why } = told
  switch (state) {
    case 'Created':
      return `The release is promoted to ${space}: ${environment}.`
    case 'Building':
      return `Building the bundle for ${space}.`
    case 'Built':
      return `The bundle is built: take the file, and bring it to ${space}.`
    case 'BuildFailed':
      return `The bundle could not be built${why}`
    case 'Exported':
      return `The bundle was taken as a file.`
    case 'Sending':
      return `The bundle is being sent to ${space}.`
    case 'Retrying':
      return `${space} cannot be reached: it is tried again. The bundle can be taken as a file instead${why}`
    case 'Delivered':
      return `${space} has the bundle${when}${why}`
    case 'Undeliverable':
      return `The bundle could not be delivered to ${space}${why}`
    case 'AwaitingReview':
      return `The bundle waits for its review at ${space}${when}.`
    case 'Rejected':
      return `${space} has rejected the release${when}${why}`
    case 'Accepted':
      return `${space} has accepted the release${when}.`
    case 'Deploying':
      return `The release is being deployed to ${environment}${when}.`
    case 'Succeeded':
      return `The release was deployed to ${environment}${when}.`
    case 'Failed':
      return `The deployment to ${environment} failed${when}${why}`
    case 'Withdrawn':
      return `The promotion was withdrawn${why}`
    case 'Expired':
      return `${space} did not accept the bundle in its time, and takes it no more. Promote the release again.`
    case 'Recalled':
      return `The release was recalled${why}`
    case 'Superseded':
      return `${space} has accepted a newer revision of the release.`
  }
}

const categoryOf = (state: PromotionState): NoteCategory => {
  if (['BuildFailed', 'Undeliverable', 'Rejected', 'Failed', 'Expired'].includes(state))
    return 'Error'
  return ['Retrying', 'Withdrawn', 'Recalled'].includes(state) ? 'Warning' : 'Info'
}

/** What a task waits for, as a sentence; null where it does not wait. */
export function waitsFor({ state, space, environment }: Omit<Told, 'at' | 'error'>): string | null {
  switch (state) {
    case 'Exported':
      return `The bundle is on its way to ${space} as a file`
    case 'Built':
      return `The bundle waits to be carried to ${space}`
    case 'Sending':
      return `The bundle is being sent to ${space}`
    case 'Retrying':
      return `${space} cannot be reached`
    case 'Delivered':
      return `${space} has the bundle and checks it`
    case 'AwaitingReview':
      return `The release awaits review at ${space}`
    case 'Accepted':
      return `${space} has the release and has not deployed it to ${environment} yet`
    case 'Deploying':
      return `${space} deploys the release to ${environment}`
    default:
      return null
  }
}
