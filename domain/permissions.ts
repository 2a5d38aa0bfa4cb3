/** What a role that grants a permission can be narrowed to. */
export type Restriction = 'Projects' | 'ProjectGroups' | 'Environments' | 'Tenants'

/** A permission as `GET permissions/all` tells it. */
export interface Permission {
  Description: string
  CanApplyAtSpaceLevel: boolean
  CanApplyAtSystemLevel: boolean
  SupportedRestrictions: readonly Restriction[]
}

const projects = ['Projects', 'ProjectGroups'] as const
const environments = ['Environments', 'Tenants'] as const
const everything = [...projects, ...environments] as const

const permission =
  (space: boolean, system: boolean) =>
  (description: string, restrictions: readonly Restriction[] = []): Permission => ({
    Description: description,
    CanApplyAtSpaceLevel: space,
    CanApplyAtSystemLevel: system,
    SupportedRestrictions: restrictions,
  })

const inSpace = permission(true, false)
const onServer = permission(false, true)
const onBoth = permission(true, true)

type Make = typeof inSpace
type Four = 'Create' | 'Delete' | 'Edit' | 'View'

/** The four permissions that most kinds have. */
function four<Kind extends string>(
  kind: Kind,
  things: string,
  { make = inSpace, only = [] }: { make?: Make; only?: readonly Restriction[] } = {},
) {
  const made = (['Create', 'Delete', 'Edit', 'View'] as const).map(
    (verb) => [`${kind}${verb}`, make(`${verb} ${things}`, only)] as const,
  )
  // The keys made by a template are known to be these; the compiler widens them to string.
  return Object.fromEntries(made) as Record<`${Kind}${Four}`, Permission>
}

/** Every permission, by name. */
export const permissions = {
  AdministerSystem: onServer('Perform every function of the server that belongs to no space'),
  ConfigureServer: onServer('Configure the server'),
  ...four('Account', 'accounts', { only: environments }),
  ...four('ActionTemplate', 'step templates'),
  ...four('Artifact', 'artifacts', { only: everything }),
  BuildInformationAdminister: inSpace('Replace or delete build information'),
  BuildInformationPush: inSpace('Push build information'),
  BuiltInFeedAdminister: inSpace('Replace or delete packages of the built-in feed'),
  BuiltInFeedDownload: inSpace('Get the contents of packages of the built-in feed'),
  BuiltInFeedPush: inSpace('Push new packages to the built-in feed'),
  ...four('Certificate', 'certificates', { only: environments }),
  CertificateExportPrivateKey: inSpace('Export the private keys of certificates', environments),
  DefectReport: inSpace('Block the progression of a release', projects),
  DefectResolve: inSpace('Unblock the progression of a release', projects),
  DeploymentCreate: inSpace('Deploy releases to environments', everything),
  DeploymentDelete: inSpace('Delete deployments', everything),
  DeploymentView: inSpace('View deployments', everything),
  DeploymentFreezeAdminister: onServer('Create, change and delete deployment freezes'),
  ...four('Environment', 'environments', { only: ['Environments'] }),
  EventView: onBoth('View the audit trail', everything),
  EventRetentionView: onServer('View archived audit trails'),
  EventRetentionDelete: onServer('Delete archived audit trails'),
  FeedEdit: inSpace('Create, change and delete feeds'),
  FeedView: inSpace('View feeds and search their packages'),
  GitCredentialEdit: inSpace('Create, change and delete Git credentials'),
  GitCredentialView: inSpace('View Git credentials'),
  ...four('InsightsReport', 'insights reports'),
  InterruptionSubmit: inSpace('Take responsibility for and submit any interruption', everything),
  InterruptionView: inSpace('View interruptions', everything),
  InterruptionViewSubmitResponsible: inSpace(
    'Take responsibility for and submit the interruptions of one’s own teams',
    everything,
  ),
  ...four('LibraryVariableSet', 'library variable sets', { only: environments }),
  ...four('Lifecycle', 'lifecycles', { only: projects }),
  ...four('Machine', 'deployment targets', { only: environments }),
  ...four('MachinePolicy', 'machine policies'),
  ProcessEdit: inSpace('Change the deployment process and channels', projects),
  ProcessView: inSpace('View the deployment process and channels', projects),
  ...four('Project', 'projects', { only: projects }),
  ...four('ProjectGroup', 'project groups', { only: projects }),
  PromotionApprove: inSpace('Approve releases that come from other spaces'),
  PromotionCreate: inSpace('Promote releases to other spaces', projects),
  PromotionImport: inSpace('Import releases that come from other spaces'),
  PromotionView: inSpace('View what is promoted and imported', projects),
  ...four('Proxy', 'proxies'),
  ...four('Release', 'releases', { only: projects }),
  RunbookEdit: inSpace('Create, change and delete runbooks', projects),
  RunbookView: inSpace('View runbooks', projects),
  RunbookRunCreate: inSpace('Run runbooks', everything),
  RunbookRunDelete: inSpace('Delete runbook runs', everything),
  RunbookRunView: inSpace('View runbook runs', everything),
  ...four('Space', 'spaces', { make: onServer }),
  ...four('Subscription', 'subscriptions', { make: onBoth }),
  TagSetCreate: inSpace('Create tag sets'),
  TagSetDelete: inSpace('Delete tag sets'),
  TagSetEdit: inSpace('Edit tag sets'),
  TaskCancel: onBoth('Cancel tasks', everything),
  TaskCreate: onBoth('Start tasks such as health checks by hand', everything),
  TaskEdit: onBoth('Edit tasks: their state and their place in the queue', everything),
  TaskView: onBoth('View tasks and their logs', everything),
  ...four('Team', 'teams', { make: onBoth }),
  ...four('Tenant', 'tenants', { only: everything }),
  ...four('Trigger', 'triggers', { only: everything }),
  TrustEdit: inSpace('Decide which other spaces are trusted, and export the space’s own identity'),
  TrustView: inSpace('View the space’s identity and the other spaces that it trusts'),
  UserEdit: onServer('Create, change and delete users'),
  UserInvite: onServer('Invite users'),
  UserView: onServer('View users'),
  UserRoleEdit: onServer('Create, change and delete user roles'),
  UserRoleView: onServer('View user roles'),
  VariableEdit: inSpace('Edit variables that have a scope', everything),
  VariableEditUnscoped: inSpace('Edit variables that have no scope', everything),
  VariableView: inSpace('View variables that have a scope', everything),
  VariableViewUnscoped: inSpace('View variables that have no scope', everything),
  WorkerEdit: inSpace('Create, change and delete workers and worker pools'),
  WorkerView: inSpace('View workers and worker pools'),
} satisfies Record<string, Permission>

export type PermissionName = keyof typeof permissions

// Object.keys gives strings; these are the keys of a literal.
const names = Object.keys(permissions) as PermissionName[]

/** Every permission that can be granted in a space. */
export const spacePermissions = names.filter((name) => permissions[name].CanApplyAtSpaceLevel)

/** Every permission that can be granted on the server as a whole. */
export const systemPermissions = names.filter((name) => permissions[name].CanApplyAtSystemLevel)

export const isPermission = (name: string): name is PermissionName =>
  Object.hasOwn(permissions, name)

const views: Partial<Record<PermissionName, PermissionName>> = {
  BuildInformationAdminister: 'FeedView',
  BuildInformationPush: 'FeedView',
  BuiltInFeedAdminister: 'FeedView',
  BuiltInFeedDownload: 'FeedView',
  BuiltInFeedPush: 'FeedView',
  CertificateExportPrivateKey: 'CertificateView',
  DefectReport: 'ReleaseView',
  DefectResolve: 'ReleaseView',
  InterruptionViewSubmitResponsible: 'InterruptionView',
  PromotionApprove: 'PromotionView',
  PromotionImport: 'PromotionView',
  TagSetCreate: 'TenantView',
  TagSetDelete: 'TenantView',
  TagSetEdit: 'TenantView',
  VariableEditUnscoped: 'VariableViewUnscoped',
}

/** What one needs to see the thing: 'DeploymentCreate' → 'DeploymentView'; itself when nothing less does. */
export function viewOf(name: PermissionName): PermissionName {
  const view = name.replace(/(Create|Delete|Edit|Submit|Cancel|Invite)$/, 'View')
  return views[name] ?? (isPermission(view) ? view : name)
}

/** What somebody may do: on the server, and in each space where he may do anything at all. */
export interface Grants {
  system: PermissionName[]
  spaces: Record<string, PermissionName[]>
}

/** Without `spaceId` the question is about the server: what is granted in a space does not count. */
export function mayDo(grants: Grants, permission: string, spaceId?: string): boolean {
  const granted: readonly string[] =
    spaceId === undefined ? grants.system : grantedIn(grants, spaceId)
  return granted.includes(permission)
}

/** Whether the space exists for him at all. */
export const hasAnyIn = (grants: Grants, spaceId: string): boolean =>
  grantedIn(grants, spaceId).length > 0

/** The spaces in which he may do this, for lists across spaces. */
export const spacesWith = (grants: Grants, permission: string): string[] =>
  Object.keys(grants.spaces).filter((spaceId) => mayDo(grants, permission, spaceId))

// Ids come from addresses: `constructor` is no space.
const grantedIn = ({ spaces }: Grants, spaceId: string): PermissionName[] =>
  Object.hasOwn(spaces, spaceId) ? (spaces[spaceId] ?? []) : []
