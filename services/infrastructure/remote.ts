/** What makes an environment the stand-in for one of another space. */
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import type { Remote } from '#domain/promotion/remote-news.ts'
import type { Asked } from '#mixins/crud.ts'
import type { Environment, EnvironmentBody } from './environments.contract.ts'

const MOST_LETTERS = 50

/** The validator's rule for `Remote` in a body. */
export const remoteRule = {
  type: 'object',
  strict: 'remove',
  optional: true,
  props: {
    TrustId: { type: 'string', min: 1, max: 100 },
    Kind: { type: 'enum', values: ['Environment', 'Space'], default: 'Environment' },
    RemoteName: { type: 'string', trim: true, optional: true, max: 200 },
    RemoteId: { type: 'string', optional: true, max: 100 },
    CountsWhen: {
      type: 'enum',
      values: ['Accepted', 'AnySucceeded', 'AllSucceeded'],
      default: 'Accepted',
    },
  },
} as const

/** The fields of an environment that follow from whether it is a remote one; a local one stays local. */
export async function remoteFields(
  ctx: Asked,
  { spaceId, body, before }: { spaceId: string; body: EnvironmentBody; before: Environment | null },
): Promise<Pick<Environment, 'Name'> & Partial<Environment>> {
  const asked = body.Remote
  const kept = before?.Remote
  const fault = faultOf(body, before)
  if (fault) throw new InvalidError([fault])
  // Clients that know nothing of it send none, and keep it.
  if (!asked && !kept) return { Name: nameFor(body.Name) }
  if (!asked) return { Name: nameFor(body.Name), AllowDynamicInfrastructure: false }
  const trust = await trustOf(ctx, spaceId, asked.TrustId)
  if (asked.TrustId !== kept?.TrustId && trust.State === 'Revoked')
    throw new InvalidError([`Remote.TrustId: the trust '${trust.Name}' has been revoked.`])
  const RemoteName = asked.RemoteName || (asked.Kind === 'Space' ? trust.Name : '')
  if (RemoteName === '')
    throw new InvalidError([`Remote.RemoteName: say what it is called at ${trust.Name}.`])
  const { TrustId, Kind, RemoteId, CountsWhen } = asked
  const Remote = { TrustId, Kind, RemoteName, ...(RemoteId && { RemoteId }), CountsWhen }
  return { Remote, Name: nameFor(body.Name, trust.Name, Remote), AllowDynamicInfrastructure: false }
}

function faultOf({ Remote, UseGuidedFailure }: EnvironmentBody, before: Environment | null) {
  const kept = before?.Remote
  if (before && !kept && Remote)
    return 'Remote: an environment of this space cannot become one of another. Add a new one.'
  if (kept && Remote && kept.Kind !== Remote.Kind)
    return `Remote.Kind: it stays '${kept.Kind}'. Add a new environment for the other.`
  return (Remote ?? kept) && UseGuidedFailure
    ? 'UseGuidedFailure: what happens after a failure is decided in the other space.'
    : null
}

/** The name that was asked for; of a remote environment without one, 'Prod Space: Production'. */
function nameFor(asked: string | undefined, space = '', remote?: Remote): string {
  if (asked) return asked
  if (!remote) throw new InvalidError(["The 'Name' field is required."])
  const name = remote.Kind === 'Space' ? space : `${space}: ${remote.RemoteName}`
  if (name.length > MOST_LETTERS)
    throw new InvalidError([
      `Name: '${name}' has more than ${MOST_LETTERS} letters. Give it a shorter one.`,
    ])
  return name
}

const trustOf = (ctx: Asked, spaceId: string, id: string) =>
  asSystem(ctx.broker, 'a remote environment')
    .call('trusts.get', { spaceId, id })
    .catch((error: { type?: string }) => {
      throw error.type === 'NOT_FOUND'
        ? new InvalidError([`Remote.TrustId: the trust '${id}' was not found.`])
        : error
    })
