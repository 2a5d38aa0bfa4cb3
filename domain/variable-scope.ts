import { foldName } from './name.ts'

/** The kinds by which a value may be scoped, as the API spells them. */
export const scopeKinds = [
  'Environment',
  'Machine',
  'Role',
  'Action',
  'Channel',
  'TenantTag',
  'ProcessOwner',
] as const

export type ScopeKind = (typeof scopeKinds)[number]

/** Ids, or texts for roles and tags. A kind without entries does not restrict. */
export type Scope = Partial<Record<ScopeKind, string[]>>

/** Where a value is wanted. What does not exist there matches no scope of its kind. */
export interface ScopeContext {
  Environment?: string
  Machine?: string
  /** All roles of the machine. */
  Role?: readonly string[]
  /** The roles that the step is for. */
  targetRoles?: readonly string[]
  Action?: string
  Channel?: string
  TenantTag?: readonly string[]
  /** The project of a deployment process, or the runbook. */
  ProcessOwner?: string
}

export interface Scoped {
  Name: string
  Scope: Scope
}

export interface VariableSources<Variable> {
  project: readonly Variable[]
  /** The included sets, in the project's order. */
  library?: readonly (readonly Variable[])[]
}

export interface Picked<Variable> {
  /** By `foldName` of the name. */
  variables: Map<string, Variable>
  /** Pairs of which only the order has decided. */
  ties: { chosen: Variable; other: Variable }[]
}

/** Which value of each name applies: the most specific, then the project's own, then the first. */
export function pickVariables<Variable extends Scoped>(
  { project, library = [] }: VariableSources<Variable>,
  context: ScopeContext,
): Picked<Variable> {
  const best = new Map<string, { variable: Variable; rank: number }>()
  const ties = new Map<string, Picked<Variable>['ties']>()
  const isOwn = (index: number) => index < project.length
  for (const [index, variable] of [...project, ...library.flat()].entries()) {
    if (!applies(variable.Scope, context)) continue
    const name = foldName(variable.Name)
    const rank = rankOf(variable.Scope, context) * 2 + Number(isOwn(index))
    const leader = best.get(name)
    if (!leader || rank > leader.rank) {
      best.set(name, { variable, rank })
      ties.delete(name)
    } else if (rank === leader.rank) {
      ties.set(name, [...(ties.get(name) ?? []), { chosen: leader.variable, other: variable }])
    }
  }
  const variables = [...best].map(([name, { variable }]) => [name, variable] as const)
  return { variables: new Map(variables), ties: [...ties.values()].flat() }
}

/** Whether each kind that the scope names has one of its entries here. */
export function applies(scope: Scope, context: ScopeContext): boolean {
  return scopeKinds.every((kind) => !isGiven(scope[kind]) || meets(scope[kind], context[kind]))
}

/**
 * How specific a scope is here, as a number with a digit for each rung of the ladder: the higher
 * rung decides whatever is below, and more rungs beat fewer. It must apply.
 */
function rankOf(scope: Scope, context: ScopeContext): number {
  const targeted = context.Role?.filter((role) => meets(context.targetRoles, role))
  const ladder = [
    isGiven(scope.Action),
    isGiven(scope.Machine),
    meets(scope.Role, targeted),
    isGiven(scope.Role),
    isGiven(scope.TenantTag),
    isGiven(scope.Environment),
    isGiven(scope.Channel),
    isGiven(scope.ProcessOwner),
  ]
  return ladder.reduce((rank, isMet) => rank * 2 + Number(isMet), 0)
}

const isGiven = (entries: readonly string[] | undefined) => (entries?.length ?? 0) > 0

function meets(
  entries: readonly string[] | undefined,
  here: string | readonly string[] | undefined,
) {
  if (!entries || here === undefined) return false
  const places = (typeof here === 'string' ? [here] : here).map(foldName)
  return entries.some((entry) => places.includes(foldName(entry)))
}

/** Whether there may be a place where both apply, as far as the scopes alone tell. */
export function mayMeet(one: Scope, other: Scope): boolean {
  return scopeKinds.every((kind) => {
    const isOpen = !isGiven(one[kind]) || !isGiven(other[kind])
    // A machine may have several roles, a tenant several tags.
    return isOpen || kind === 'Role' || kind === 'TenantTag' || meets(one[kind], other[kind])
  })
}
