/** The kinds of events, for those who choose among them. */

/** Every category by its id, in the words of people. */
const categoryNames = {
  Created: 'Document created',
  Modified: 'Document changed',
  Deleted: 'Document deleted',
  DeploymentQueued: 'Deployment queued',
  DeploymentStarted: 'Deployment started',
  DeploymentSucceeded: 'Deployment succeeded',
  DeploymentFailed: 'Deployment failed',
  DeploymentCanceled: 'Deployment cancelled',
  DeploymentResumed: 'Deployment resumed',
  RunbookRunQueued: 'Runbook run queued',
  RunbookRunStarted: 'Runbook run started',
  RunbookRunSucceeded: 'Runbook run succeeded',
  RunbookRunFailed: 'Runbook run failed',
  TaskQueued: 'Task queued',
  TaskCanceled: 'Task cancelled',
  TaskTimedOut: 'Task did not start in time',
  TaskStateModified: 'Task state changed',
  DefectReported: 'Defect of a release reported',
  DefectResolved: 'Defect of a release resolved',
  AutoDeployBlocked: 'Automatic deployment blocked',
  ManualInterventionInterruptionRaised: 'Manual intervention asked for',
  GuidedFailureInterruptionRaised: 'Guidance asked for after a failure',
  MachineAdded: 'Machine added',
  MachineDeleted: 'Machine deleted',
  MachineHealthy: 'Machine found healthy',
  MachineUnhealthy: 'Machine found unhealthy',
  MachineUnavailable: 'Machine found unavailable',
  MachineHealthChanged: 'Health of a machine changed',
  WorkerApproved: 'Worker approved',
  WorkerRefused: 'Worker refused',
  TrustProposed: 'Trust of another space proposed',
  TrustConfirmed: 'Trust of another space confirmed',
  TrustSuspended: 'Trust suspended',
  TrustResumed: 'Trust resumed',
  TrustRevoked: 'Trust revoked',
  TrustRotated: 'Keys of a space replaced',
  TrustExpiring: 'Certificate of a space expires soon',
  TrustExpired: 'Certificate of a space expired',
  FingerprintMismatch: 'Wrong fingerprint entered',
  PromotionCreated: 'Promotion created',
  PromotionExported: 'Bundle taken as a file',
  PromotionDelivered: 'Promotion delivered',
  PromotionAccepted: 'Promotion accepted',
  PromotionRejected: 'Promotion rejected',
  PromotionWithdrawn: 'Promotion withdrawn',
  PromotionRecalled: 'Promotion recalled',
  PromotionUndeliverable: 'Promotion could not be delivered',
  BundleReceived: 'Bundle received',
  BundleQuarantined: 'Bundle refused and put aside',
  BundleIdReused: 'Bundle came again with other content',
  MessageRefused: 'Message of another space refused',
  MessageUndeliverable: 'Message could not be delivered',
  ImportApproved: 'Import approved',
  ImportWithdrawn: 'Import withdrawn',
  ImportRejected: 'Import rejected',
  ImportCompleted: 'Import completed',
  ReceiptAccepted: 'Receipt accepted',
  ReceiptRejected: 'Receipt rejected',
  ReleaseBlockedByRecall: 'Release blocked by a recall',
  LoginSucceeded: 'Signed in',
  LoginFailed: 'Sign-in failed',
} as const

type Category = keyof typeof categoryNames

const groupMembers: Record<string, { name: string; members: readonly Category[] }> = {
  Document: { name: 'Document events', members: ['Created', 'Modified', 'Deleted'] },
  Deployment: { name: 'Deployment events', members: categoriesOf('Deployment') },
  DeploymentCritical: {
    name: 'Critical deployment events',
    members: [
      'DeploymentFailed',
      'GuidedFailureInterruptionRaised',
      'ManualInterventionInterruptionRaised',
    ],
  },
  RunbookRun: { name: 'Runbook run events', members: categoriesOf('RunbookRun') },
  RunbookRunCritical: { name: 'Critical runbook run events', members: ['RunbookRunFailed'] },
  Machine: { name: 'Machine events', members: categoriesOf('Machine') },
  MachineCritical: { name: 'Critical machine events', members: ['MachineUnavailable'] },
  Task: { name: 'Task events', members: categoriesOf('Task') },
  AutoDeployCritical: {
    name: 'Critical events of automatic deployment',
    members: ['AutoDeployBlocked'],
  },
  Worker: { name: 'Worker events', members: categoriesOf('Worker') },
  Trust: { name: 'Trust events', members: [...categoriesOf('Trust'), 'FingerprintMismatch'] },
  Promotion: {
    name: 'Promotion events',
    members: (
      ['Promotion', 'Message', 'Bundle', 'Import', 'Receipt', 'ReleaseBlocked'] as const
    ).flatMap(categoriesOf),
  },
  PromotionCritical: {
    name: 'Critical promotion events',
    members: [
      ...(['TrustRevoked', 'TrustExpired', 'FingerprintMismatch'] as const),
      ...(['PromotionRejected', 'PromotionUndeliverable', 'BundleQuarantined'] as const),
      ...(['BundleIdReused', 'ReceiptRejected', 'ReleaseBlockedByRecall'] as const),
    ],
  },
  Login: { name: 'Sign-in events', members: categoriesOf('Login') },
}

function categoriesOf(prefix: string): Category[] {
  // The keys of a literal: Object.keys widens them to string.
  return (Object.keys(categoryNames) as Category[]).filter((name) => name.startsWith(prefix))
}

export const categories = Object.entries(categoryNames).map(([Id, Name]) => ({ Id, Name }))

export const groups = Object.entries(groupMembers).map(([Id, { name, members }]) => ({
  Id,
  Name: name,
  EventCategories: [...members],
}))

/** The categories of these groups. An unknown group has none. */
export const categoriesIn = (groupIds: string[]): string[] =>
  groups.filter(({ Id }) => groupIds.includes(Id)).flatMap(({ EventCategories }) => EventCategories)

/** By what ids of such documents begin with, the kind and its name. */
const kinds = [
  ['Artifacts', 'Artifact', 'Artifact'],
  ['BuildInformation', 'BuildInformation', 'Build information'],
  ['Channels', 'Channel', 'Channel'],
  ['Deployments', 'Deployment', 'Deployment'],
  ['DeploymentProcesses', 'DeploymentProcess', 'Deployment process'],
  ['Environments', 'Environment', 'Environment'],
  ['Imports', 'Import', 'Import'],
  ['Lifecycles', 'Lifecycle', 'Lifecycle'],
  ['MachinePolicies', 'MachinePolicy', 'Machine policy'],
  ['packages', 'Package', 'Package'],
  ['ProjectGroups', 'ProjectGroup', 'Project group'],
  ['Projects', 'Project', 'Project'],
  ['Promotions', 'Promotion', 'Promotion'],
  ['Releases', 'Release', 'Release'],
  ['ServerTasks', 'ServerTask', 'Task'],
  ['SpaceIdentities', 'SpaceIdentity', 'Identity of a space'],
  ['Spaces', 'Space', 'Space'],
  ['Promotions', 'Promotion', 'Promotion'],
  ['Receipts', 'Receipt', 'Receipt'],
  ['Trusts', 'Trust', 'Trust'],
  ['VariableSets', 'VariableSet', 'Variable set'],
  ['WorkerPools', 'WorkerPool', 'Worker pool'],
  ['WorkerTokens', 'WorkerToken', 'Worker token'],
  ['Workers', 'Worker', 'Worker'],
  ['ApiKeys', 'ApiKey', 'API key'],
  ['ScopedUserRoles', 'ScopedUserRole', 'Role of a team'],
  ['Teams', 'Team', 'Team'],
  ['Users', 'User', 'User'],
] as const

export const documentTypes = kinds.map(([Id, , Name]) => ({ Id, Name }))

/** Kinds as they are stored, from ids of document types ('Environments') or kinds themselves. */
export const kindsOf = (types: string[]): string[] =>
  types.map((type) => kinds.find(([id]) => id === type)?.[1] ?? type)

const agentNames = [
  { Id: 'Browser', Name: 'Web pages', established: 'Session cookie' },
  { Id: 'ApiClient', Name: 'API clients', established: 'API key' },
  { Id: 'Server', Name: 'Tako itself', established: '' },
]

export const agents = agentNames.map(({ Id, Name }) => ({ Id, Name }))

/** How identities were established when these agents asked. */
export const establishedBy = (agentIds: string[]): string[] =>
  agentNames.filter(({ Id }) => agentIds.includes(Id)).map(({ established }) => established)
