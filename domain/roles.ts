import {
  type Grants,
  isPermission,
  type PermissionName,
  spacePermissions,
  systemPermissions,
} from './permissions.ts'

/** A role: a name for permissions. What is granted in a space and on the server is told apart. */
export interface Role {
  Id: string
  Name: string
  Description: string
  GrantedSpacePermissions: PermissionName[]
  GrantedSystemPermissions: PermissionName[]
}

const all = (kind: string) => spacePermissions.filter((name) => isFourOf(kind, name))
const isFourOf = (kind: string, name: string) =>
  name.startsWith(kind) && /^(Create|Delete|Edit|View)$/.test(name.slice(kind.length))

const viewer: PermissionName[] = [
  ...(['ReleaseView', 'ProjectView', 'DeploymentView', 'ProcessView', 'EnvironmentView'] as const),
  ...(['ArtifactView', 'EventView', 'ProjectGroupView', 'LibraryVariableSetView'] as const),
  ...(['TeamView', 'TaskView', 'InterruptionView', 'LifecycleView', 'MachinePolicyView'] as const),
  ...(['TenantView', 'TriggerView', 'CertificateView', 'RunbookView', 'RunbookRunView'] as const),
]
const contributor: PermissionName[] = [
  ...viewer,
  ...all('ActionTemplate'),
  ...(['ArtifactCreate', 'ProcessEdit', 'ProjectEdit', 'FeedView', 'TaskCreate'] as const),
  ...all('LibraryVariableSet'),
  ...(['InterruptionViewSubmitResponsible', 'MachineView', 'DefectReport'] as const),
  ...(['DefectResolve', 'VariableView', 'VariableEdit', 'RunbookEdit'] as const),
  // Who edits a process chooses the pool that a step runs in.
  'WorkerView',
  ...all('Trigger'),
]
const fewViews: PermissionName[] = [
  ...(['ProjectView', 'ProjectGroupView', 'ProcessView', 'ReleaseView', 'FeedView'] as const),
  ...(['EnvironmentView', 'LifecycleView', 'TaskView', 'RunbookView'] as const),
]
const deployViews: PermissionName[] = [
  ...fewViews,
  ...(['DeploymentView', 'TenantView', 'MachineView', 'RunbookRunView', 'ArtifactView'] as const),
]
const packages: PermissionName[] = [
  ...(['BuiltInFeedPush', 'BuiltInFeedAdminister', 'BuiltInFeedDownload', 'FeedView'] as const),
  ...(['BuildInformationPush', 'BuildInformationAdminister'] as const),
]

const promoting: PermissionName[] = ['PromotionCreate', 'PromotionView']

const role = (id: string, name: string, description: string, granted: PermissionName[]): Role => ({
  Id: `userroles-${id}`,
  Name: name,
  Description: description,
  GrantedSpacePermissions: [...new Set(granted)].sort(),
  GrantedSystemPermissions: [],
})
const systemRole = (
  id: string,
  name: string,
  description: string,
  granted: PermissionName[],
): Role => ({
  ...role(id, name, description, []),
  GrantedSystemPermissions: [...granted].sort(),
})

/** The roles that every server has; nobody can change or delete them. */
export const builtInRoles: readonly Role[] = [
  systemRole(
    'systemadministrator',
    'System administrator',
    'May do everything on the server; may see spaces only after having been granted a role in them.',
    systemPermissions,
  ),
  systemRole(
    'systemmanager',
    'System manager',
    'May do everything on the server but administer it.',
    systemPermissions.filter((name) => name !== 'AdministerSystem'),
  ),
  role('spacemanager', 'Space manager', 'May do everything in a space.', spacePermissions),
  role('projectviewer', 'Project viewer', 'May look at projects and deployments.', viewer),
  role(
    'projectcontributor',
    'Project contributor',
    'May edit projects and processes; neither create releases nor deploy.',
    contributor,
  ),
  role(
    'projectdeployer',
    'Project deployer',
    'A contributor who may deploy and promote releases.',
    [
      ...contributor,
      ...(['DeploymentCreate', 'InterruptionSubmit', 'TaskCancel', 'RunbookRunCreate'] as const),
      ...promoting,
    ],
  ),
  role('projectlead', 'Project lead', 'A contributor who may create releases, not deploy them.', [
    ...contributor,
    ...(['ReleaseCreate', 'ReleaseEdit', 'ReleaseDelete', 'ArtifactEdit'] as const),
    'ArtifactDelete',
  ]),
  role('projectinitiator', 'Project initiator', 'May create, edit and delete projects.', [
    ...viewer,
    ...(['ProjectCreate', 'ProjectEdit', 'ProjectDelete', 'DefectReport'] as const),
    'DefectResolve',
  ]),
  role('releasecreator', 'Release creator', 'May create releases.', [
    ...fewViews,
    ...(['ReleaseCreate', 'RunbookEdit'] as const),
  ]),
  role(
    'deploymentcreator',
    'Deployment creator',
    'May deploy and promote releases, and run runbooks.',
    [
      ...deployViews,
      ...(['DeploymentCreate', 'RunbookRunCreate'] as const),
      // Every member of a space holds this role: who may deploy a release may promote it.
      ...promoting,
    ],
  ),
  role('taskcanceller', 'Task canceller', 'May cancel tasks.', ['TaskView', 'TaskCancel']),
  role('environmentmanager', 'Environment manager', 'May manage environments and their machines.', [
    ...['Environment', 'Machine', 'MachinePolicy', 'Account', 'Proxy'].flatMap(all),
    ...(['WorkerEdit', 'WorkerView', 'TaskCreate', 'TaskCancel', 'TaskView'] as const),
    ...(['CertificateView', 'TenantView', 'EventView', 'PromotionView'] as const),
  ]),
  role('environmentviewer', 'Environment viewer', 'May look at environments and their machines.', [
    ...(['EnvironmentView', 'MachineView', 'MachinePolicyView', 'AccountView'] as const),
    ...(['ProxyView', 'WorkerView', 'TaskView', 'CertificateView', 'TenantView'] as const),
  ]),
  role('runbookconsumer', 'Runbook consumer', 'May run runbooks.', [
    ...deployViews,
    'RunbookRunCreate',
  ]),
  role('runbookproducer', 'Runbook producer', 'May edit and run runbooks.', [
    ...deployViews,
    ...(['RunbookEdit', 'RunbookRunCreate', 'RunbookRunDelete', 'InterruptionSubmit'] as const),
    ...(['InterruptionView', 'VariableView', 'VariableEdit'] as const),
    ...all('Trigger'),
  ]),
  role('tenantmanager', 'Tenant manager', 'May manage tenants and tag sets.', [
    ...all('Tenant'),
    ...(['TagSetCreate', 'TagSetEdit', 'TagSetDelete', 'EnvironmentView', 'ProjectView'] as const),
  ]),
  role('certificatemanager', 'Certificate manager', 'May manage certificates.', [
    ...all('Certificate'),
    ...(['CertificateExportPrivateKey', 'EnvironmentView', 'TenantView'] as const),
  ]),
  role('packagepublisher', 'Package publisher', 'May push and replace packages.', packages),
  role('buildserver', 'Build server', 'May push packages, create releases and deploy them.', [
    ...deployViews,
    ...(['BuiltInFeedPush', 'BuiltInFeedDownload', 'BuildInformationPush'] as const),
    ...(['ReleaseCreate', 'DeploymentCreate', 'RunbookEdit', 'RunbookRunCreate'] as const),
  ]),
  role('insightsreportmanager', 'Insights report manager', 'May manage insights reports.', [
    ...all('InsightsReport'),
    ...(['ProjectView', 'ProjectGroupView', 'EnvironmentView', 'TenantView'] as const),
  ]),
]

/** What a member of a space holds there: may see, edit, release, deploy and cancel, not manage. */
export const memberRoleIds: readonly string[] = [
  'userroles-projectcontributor',
  'userroles-releasecreator',
  'userroles-deploymentcreator',
  'userroles-taskcanceller',
]

/** A role that a team holds: in one space, or on the server when `SpaceId` is null. Empty lists narrow nothing. */
export interface ScopedRole {
  UserRoleId: string
  SpaceId: string | null
  ProjectIds?: readonly string[]
  ProjectGroupIds?: readonly string[]
  EnvironmentIds?: readonly string[]
  TenantIds?: readonly string[]
}

type Permissive = Pick<Role, 'Id' | 'GrantedSpacePermissions' | 'GrantedSystemPermissions'>

/**
 * The sum of the roles held. A role narrowed to projects, environments or tenants grants nothing
 * in its space as yet: to grant it whole would be too much.
 */
export function grantsOf(held: readonly ScopedRole[], roles: readonly Permissive[]): Grants {
  const byId = new Map(roles.map((role) => [role.Id, role]))
  const system = new Set<PermissionName>()
  const spaces = new Map<string, Set<PermissionName>>()
  for (const scoped of held) {
    const role = byId.get(scoped.UserRoleId)
    if (!role) continue
    for (const name of role.GrantedSystemPermissions) system.add(name)
    if (scoped.SpaceId === null || isNarrowed(scoped)) continue
    const granted = spaces.get(scoped.SpaceId) ?? new Set()
    for (const name of role.GrantedSpacePermissions) granted.add(name)
    if (granted.size > 0) spaces.set(scoped.SpaceId, granted)
  }
  return {
    system: [...system].sort(),
    spaces: Object.fromEntries([...spaces].map(([id, granted]) => [id, [...granted].sort()])),
  }
}

const isNarrowed = (scoped: ScopedRole) =>
  [scoped.ProjectIds, scoped.ProjectGroupIds, scoped.EnvironmentIds, scoped.TenantIds].some(
    (ids) => ids !== undefined && ids.length > 0,
  )

/** What is wrong with the permissions that somebody wants a role to have. */
export function faultsOfRole(
  role: Partial<Record<'GrantedSpacePermissions' | 'GrantedSystemPermissions', string[]>>,
): string[] {
  const misplaced = (names: string[] = [], allowed: PermissionName[], place: string) =>
    names
      .filter((name) => !isPermission(name) || !allowed.includes(name))
      .map((name) => `'${name}' is not a permission that can be granted ${place}.`)
  return [
    ...misplaced(role.GrantedSpacePermissions, spacePermissions, 'in a space'),
    ...misplaced(role.GrantedSystemPermissions, systemPermissions, 'on the server'),
  ]
}
