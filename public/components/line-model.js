import { age, ago, stateOf } from '../format.js'
import { isThere } from './promotion-facts.js'
import { promotionLook, remoteLook } from './remote-look.js'
import { wordOfTask } from './states.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('./promotion-facts.js').Promotion} Promotion
 * @typedef {import('./tako-state.js').State} State
 * @typedef {{ name: string, state: State, when: string, title: string, href: string }} Stop an environment, and what is known of the release there
 * @typedef {{ name: string, note: string, isReached: boolean, stops: Stop[] }} Station a phase
 * @typedef {{ space: string, isFar: boolean, news: string, newsAt: string | null, stations: Station[] }} Lane a space
 * @typedef {{ promotion: Promotion | null, lane: Lane }} Branch another space that the release goes to
 * @typedef {{ Task: Resource & { State: string }, Deployment: Resource }} Deployed
 * @typedef {{ Name: string, Progress: string, Deployments: Deployed[], AutomaticDeploymentTargets: string[], OptionalDeploymentTargets: string[],
 *   MinimumEnvironmentsBeforePromotion: number, IsOptionalPhase: boolean }} Phase
 * @typedef {{ phases: Phase[], environments: Resource[], promotions: Promotion[], taskHref: (id: string) => string }} Facts `promotions`: the newest first
 */

/**
 * The spaces that a release was in before it came here, as they say: each with its environments in their order.
 * @param {import('./release-origin.js').Remote | undefined} remote
 * @returns {Lane[]}
 */
export function lanesBefore(remote) {
  if (!remote) return []
  const { RemoteSpace, History, ImportedAt } = remote
  const spaces = [...new Set(History.map(({ Space }) => Space))]
  const lane = (/** @type {string} */ space, /** @type {Station[]} */ stations) => ({
    ...{ space, isFar: true, news: 'Told with the bundle', newsAt: ImportedAt, stations },
  })
  if (spaces.length === 0) return [lane(RemoteSpace, [])]
  return spaces.map((space) => {
    // The last that is told of an environment is how it is.
    const last = new Map(
      History.filter(({ Space }) => Space === space).map((claim) => [claim.Environment, claim]),
    )
    return lane(
      space,
      [...last.values()].map(({ Environment, State, StartedAt, EndedAt }) => {
        const state = stateOf({ State })
        const at = EndedAt ?? StartedAt
        const stop = stopOf(wordOfTask({ State }), { state, when: at ? ago(at) : '' })
        return { name: Environment, note: '', isReached: state === 'success', stops: [stop] }
      }),
    )
  })
}

/** The phases in this space. @param {string} space @param {Facts} facts @returns {Lane} */
export function laneHere(space, { phases, environments, taskHref }) {
  const stations = phases.flatMap((phase) => {
    const own = environmentsOf(phase, environments).filter(({ Remote }) => !Remote)
    if (own.length === 0) return []
    const stops = own.map(({ Id, Name }) => {
      const latest = newestOf(phase.Deployments, Id)
      if (!latest) return stopOf(Name, { state: 'pending', when: 'Not deployed' })
      const { Task } = latest
      const when = `${wordOfTask(Task)} · ${age(Task.CompletedTime ?? Task.QueueTime)}`
      return stopOf(Name, { state: stateOf(Task), when, href: taskHref(Task.Id) })
    })
    return [stationOf(phase, own.length, stops)]
  })
  return { space, isFar: false, news: 'This space', newsAt: null, stations }
}

/** The other spaces that the release goes to, or may go to by its lifecycle. @param {Facts} facts @returns {Branch[]} */
export function branchesOf(facts) {
  const { phases, environments, promotions } = facts
  const inPhases = phases.flatMap((phase) => environmentsOf(phase, environments))
  const far = inPhases.filter(({ Remote }) => Remote)
  const trusts = new Set([
    ...far.map(({ Remote }) => Remote.TrustId),
    ...promotions.map(({ TrustId }) => TrustId),
  ])
  return [...trusts].map((trustId) => branchOf(trustId, facts))
}

/** @param {string} trustId @param {Facts} facts @returns {Branch} */
function branchOf(trustId, { phases, environments, promotions, taskHref }) {
  const own = promotions.filter(({ TrustId }) => TrustId === trustId)
  const promotion = own[0] ?? null
  /** @param {string} environmentId */
  const wantedIn = (environmentId) =>
    own.flatMap(({ Wanted }) => Wanted).find((one) => one.EnvironmentId === environmentId)
  /** @param {string} name @param {ReturnType<typeof wantedIn>} wanted @returns {Stop[]} */
  const stopsOf = (name, wanted) => {
    if (!wanted) return [stopOf(name, { state: 'pending', when: 'Not promoted yet' })]
    const news = { ...wanted, RemoteSpace: promotion?.RemoteSpace ?? '' }
    const { state, word, when, title } = remoteLook({ State: '' }, news)
    const told = wanted.Environments ?? []
    return [
      stopOf(name, {
        ...{ state, title, href: taskHref(wanted.TaskId) },
        when: wanted.At ? `${word} · ${when}` : isThere(wanted) ? word : 'Nothing heard',
      }),
      ...told.map(({ Name, State }) => {
        const look = promotionLook({ ...news, State })
        return stopOf(Name, { state: look.state, when: look.word })
      }),
    ]
  }
  const far = phases.flatMap((phase) => {
    const there = environmentsOf(phase, environments).filter(
      ({ Remote }) => Remote?.TrustId === trustId,
    )
    const stops = there.flatMap(({ Id, Remote }) =>
      stopsOf(Remote.Kind === 'Space' ? 'Handed over' : Remote.RemoteName, wantedIn(Id)),
    )
    return there.length > 0 ? [{ ids: there, station: stationOf(phase, there.length, stops) }] : []
  })
  const drawn = far.flatMap(({ ids }) => ids.map(({ Id }) => Id))
  // What was promoted before the lifecycle was changed has no phase any more.
  const others = [
    ...new Map(own.flatMap(({ Wanted }) => Wanted).map((one) => [one.EnvironmentId, one])).keys(),
  ]
    .filter((id) => !drawn.includes(id))
    .flatMap((id) => wantedIn(id) ?? [])
  const stops = others.flatMap((one) => stopsOf(one.RemoteName, one))
  const outside = {
    ...{ name: 'In no phase', note: '', stops },
    isReached: stops.some(({ state }) => state === 'success'),
  }
  return {
    promotion,
    lane: {
      space: promotion?.RemoteSpace ?? spaceOf(environments, trustId),
      ...{ isFar: true, newsAt: promotion?.LastNews ?? null },
      news: promotion?.LastNews ? 'Last news' : 'Nothing heard yet',
      stations: [...far.map(({ station }) => station), ...(others.length > 0 ? [outside] : [])],
    },
  }
}

/** What this space calls the other one: what stands before the name of its environment. @param {Resource[]} environments @param {string} trustId */
function spaceOf(environments, trustId) {
  const one = environments.find(({ Remote }) => Remote?.TrustId === trustId)
  if (!one) return 'Another space'
  const tail = `: ${one.Remote.RemoteName}`
  return one.Name.endsWith(tail) ? one.Name.slice(0, -tail.length) : one.Name
}

/** @param {Phase} phase @param {Resource[]} environments */
const environmentsOf = ({ AutomaticDeploymentTargets, OptionalDeploymentTargets }, environments) =>
  environments.filter(({ Id }) =>
    [...AutomaticDeploymentTargets, ...OptionalDeploymentTargets].includes(Id),
  )

/** @param {Deployed[]} deployments @param {string} environmentId */
const newestOf = (deployments, environmentId) =>
  deployments
    .filter(({ Deployment }) => Deployment.EnvironmentId === environmentId)
    .sort((a, b) => String(b.Deployment.Created).localeCompare(String(a.Deployment.Created)))[0]

/** @param {Phase} phase @param {number} count of its environments in this lane @param {Stop[]} stops @returns {Station} */
function stationOf(phase, count, stops) {
  const { Name: name, IsOptionalPhase, MinimumEnvironmentsBeforePromotion: needed } = phase
  const note = IsOptionalPhase
    ? 'optional'
    : needed > 0 && needed < count
      ? `needs ${needed} of ${count}`
      : ''
  return { name, note, stops, isReached: stops.some(({ state }) => state === 'success') }
}

/** @param {string} name @param {Partial<Stop> & Pick<Stop, 'state' | 'when'>} rest @returns {Stop} */
const stopOf = (name, rest) => ({ name, title: '', href: '', ...rest })
