import { NotFoundError } from '#bus/errors.ts'
import { grantsOf } from '#bus/permitted.ts'
import { type Grants, hasAnyIn, isPermission, mayDo } from '#domain/permissions.ts'
import type { Change, Heard } from './changes.ts'
import { lastEventId, openEvents } from './event-source.ts'
import type { Exchange } from './exchange.ts'

/** Where the permission to view is not named after the kind. */
const viewPermissions: Record<string, string> = {
  ServerTask: 'TaskView',
  DeploymentProcess: 'ProcessView',
  VariableSet: 'VariableView',
  TemplateValues: 'VariableView',
  Channel: 'ProjectView',
  WorkerPool: 'WorkerView',
  WorkerToken: 'WorkerEdit',
  RetentionPolicy: 'LifecycleView',
  ScopedUserRole: 'TeamView',
  SpaceIdentity: 'TrustView',
  Import: 'PromotionView',
}

/** Follows what changes in a space, as far as the reader may view it. */
export async function followChanges(exchange: Exchange): Promise<void> {
  const { door, ctx, authority } = exchange
  const spaceId = exchange.spaceId ?? ''
  let grants: Grants
  const check = async () => {
    grants = await grantsOf(ctx, authority.caller.userId)
    if (!hasAnyIn(grants, spaceId)) throw new NotFoundError('Space', spaceId)
  }
  await check()

  const events = openEvents(exchange, check)
  let hasMissed = false
  const catchUp = async () => {
    hasMissed = true
    await events.ready()
    hasMissed = false
    events.send('gap', {}, door.changes.last())
  }
  const send = (heard: Heard | null) => {
    if (hasMissed) return
    if (!heard) return void catchUp()
    const { id, change } = heard
    if (!isFor(change, spaceId) || !mayView(grants, change, spaceId)) return
    const { spaceId: _place, ...said } = change
    // Who does not keep up is told to look at all anew, instead of being sent what is old by then.
    if (!events.send('changed', said, id)) void catchUp()
  }

  const lastId = lastEventId(exchange)
  const missed = lastId === '' ? [] : door.changes.since(lastId)
  if (missed === null) events.send('gap', {}, door.changes.last())
  else for (const heard of missed) send(heard)
  const stopListening = door.changes.listen(send)
  exchange.response.once('close', stopListening)
}

/** A change of the space itself concerns it too. */
const isFor = (change: Change, spaceId: string) =>
  change.spaceId === spaceId || (change.Kind === 'Space' && change.Id === spaceId)

function mayView(grants: Grants, { Kind }: Change, spaceId: string): boolean {
  if (Kind === 'Space') return true
  const permission = viewPermissions[Kind] ?? `${Kind}View`
  return isPermission(permission) && mayDo(grants, permission, spaceId)
}
