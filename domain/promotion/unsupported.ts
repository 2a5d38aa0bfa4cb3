import { BundleError } from '#domain/bundle/errors.ts'

/** What Tako does not carry to another space, by its kind. */
export type UnsupportedKind =
  | 'Tenants'
  | 'LibrarySet'
  | 'StepTemplate'
  | 'StepPackage'
  | 'StepType'
  | 'DeployRelease'
  | 'Container'
  | 'Git'
  | 'Account'
  | 'Certificate'
  | 'Target'
  | 'Runbook'
  | 'Freeze'
  | 'VariableType'
  | 'WorkerPool'
  | 'Feed'
  | 'Team'
  | 'Package'
  | 'Reference'

/** A thing that keeps a release from being promoted. */
export interface Unsupported {
  kind: UnsupportedKind
  /** What it is called, or its id where it has no name here. */
  name: string
  /** A sentence that names it, and where it stands. */
  reason: string
}

/** Refuses a release with such things: as UnsupportedContent, with the whole list. */
export function refuseUnsupported(items: readonly Unsupported[]): void {
  if (items.length === 0) return
  const reasons = [...new Set(items.map(({ reason }) => reason))]
  throw new BundleError(
    'UnsupportedContent',
    `The release cannot be promoted: ${reasons.slice(0, 20).join(' ')}`,
    { data: { items: items.map((item) => ({ ...item })) } },
  )
}

const kindsOfIds: Record<string, UnsupportedKind> = {
  ...{ Accounts: 'Account', Certificates: 'Certificate', Machines: 'Target', Tenants: 'Tenants' },
  ...{ Runbooks: 'Runbook', DeploymentFreezes: 'Freeze', ActionTemplates: 'StepTemplate' },
  ...{ LibraryVariableSets: 'LibrarySet', GitCredentials: 'Git', WorkerPools: 'WorkerPool' },
  ...{ Feeds: 'Feed', Teams: 'Team', Environments: 'Reference', Channels: 'Reference' },
  ...{ Projects: 'Reference', Workers: 'Reference', Proxies: 'Reference', Users: 'Reference' },
}

/** What a text names by an id of this server alone, which means nothing in another; undefined for any other text. */
export function kindOfId(text: string): UnsupportedKind | undefined {
  const kind = /^([A-Za-z]+)-(?:\d+|[A-Za-z0-9]{12})$/.exec(text.trim())?.[1]
  return kind !== undefined && Object.hasOwn(kindsOfIds, kind) ? kindsOfIds[kind] : undefined
}
