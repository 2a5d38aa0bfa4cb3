/**
 * @typedef {{ Id: string, Name: string, Remote?: object }} Ref
 * @typedef {{ Id?: string, Name: string, AutomaticDeploymentTargets: string[], OptionalDeploymentTargets: string[],
 *   MinimumEnvironmentsBeforePromotion: number, IsOptionalPhase: boolean }} Phase
 * @typedef {{ name: string, environments: Ref[], needed: number, isOptional: boolean, automatic: string[] }} Stage
 *   A phase as it is drawn: its environments by name, and how many must have succeeded (0: none is needed).
 * @typedef {{ State: string, TaskId: string, DeploymentId?: string, EnvironmentId: string, Created: string,
 *   CompletedTime?: string | null, HasWarningsOrErrors?: boolean, HasPendingInterruptions?: boolean }} Item
 *   A deployment, as progression and dashboard show it.
 * @typedef {{ Release: Record<string, any>, Channel?: Ref & Record<string, any>, Deployments: Record<string, Item[]>,
 *   NextDeployments: string[], Blocked?: Record<string, string>, HasUnresolvedDefect?: boolean,
 *   RemoteNews?: Record<string, import('./remote-look.js').News | null> }} Row by deployment, what another space tells of it
 */

/**
 * The phases with their environments; of a lifecycle without phases, one for each environment in order.
 * @param {{ Phases: Phase[] }} lifecycle
 * @param {Ref[]} environments in their order
 * @returns {Stage[]}
 */
export function stagesOf({ Phases }, environments) {
  if (Phases.length === 0) {
    return environments.map((environment) => ({
      name: environment.Name,
      environments: [environment],
      needed: 1,
      isOptional: false,
      automatic: [],
    }))
  }
  const idsOf = (/** @type {Phase} */ phase) => [
    ...phase.AutomaticDeploymentTargets,
    ...phase.OptionalDeploymentTargets,
  ]
  const named = Phases.flatMap(idsOf)
  return Phases.map((phase) => {
    const ids = idsOf(phase)
    const own = environments.filter(({ Id }) =>
      ids.length > 0 ? ids.includes(Id) : !named.includes(Id),
    )
    const needed = phase.IsOptionalPhase
      ? 0
      : phase.MinimumEnvironmentsBeforePromotion || own.length
    return {
      name: phase.Name,
      environments: own,
      needed,
      isOptional: phase.IsOptionalPhase,
      automatic: phase.AutomaticDeploymentTargets,
    }
  })
}

/** What a stage asks before the next one opens, in words; '' when it is plain. */
export function needsText(/** @type {Stage} */ { needed, environments, isOptional }) {
  if (isOptional) return 'optional'
  if (environments.length < 2) return ''
  return needed >= environments.length ? 'needs all' : `needs ${needed} of ${environments.length}`
}

/** The newest deployment of a release to an environment. @param {Row} row @param {string} environmentId */
export const latestOf = (row, environmentId) =>
  [...(row.Deployments[environmentId] ?? [])].sort((a, b) => b.Created.localeCompare(a.Created))[0]

/** @param {Row} row @param {string} environmentId */
const hasSucceeded = (row, environmentId) =>
  (row.Deployments[environmentId] ?? []).some(({ State }) => State === 'Success')

/** Whether a stage has had what it asks. @param {Row} row @param {Stage} stage */
export const isDone = (row, { environments, needed }) =>
  environments.filter(({ Id }) => hasSucceeded(row, Id)).length >= needed

/**
 * Why a release may not go to an environment yet, or '' when it may.
 * @param {Row} row
 * @param {string} environmentId
 * @param {Stage[]} stages
 */
export function blockOf(row, environmentId, stages) {
  if (row.NextDeployments.includes(environmentId)) return ''
  const at = stages.findIndex(({ environments }) =>
    environments.some(({ Id }) => Id === environmentId),
  )
  if (at < 0) return `Not in ${row.Channel?.Name ?? 'its lifecycle'}`
  const missing = stages.slice(0, at).find((stage) => !isDone(row, stage))
  if (missing) return `Needs ${missing.name}`
  return row.HasUnresolvedDefect ? 'Has a defect' : ''
}

/**
 * The releases that run now: by environment the release whose deployment succeeded last.
 * @param {Row[]} rows
 * @returns {Map<string, Row>}
 */
export function currentOf(rows) {
  /** @type {Map<string, { row: Row, at: string }>} */
  const found = new Map()
  for (const row of rows) {
    for (const [id, items] of Object.entries(row.Deployments)) {
      for (const { State, Created, CompletedTime } of items) {
        const at = CompletedTime ?? Created
        if (State === 'Success' && at > (found.get(id)?.at ?? '')) found.set(id, { row, at })
      }
    }
  }
  return new Map([...found].map(([id, { row }]) => [id, row]))
}
