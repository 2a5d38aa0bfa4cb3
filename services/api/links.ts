import * as deployments from './deployments.links.ts'
import * as identity from './identity.links.ts'
import { importLinks } from './incoming.links.ts'
import * as infrastructure from './infrastructure.links.ts'
import * as library from './library.links.ts'
import type { Linkable, Linker } from './linker.ts'
import * as outgoing from './outgoing.links.ts'
import * as projects from './projects.links.ts'
import * as promotions from './promotions.links.ts'
import { shapes } from './shapes.ts'

/** The links of each kind of resource. */
const linkers = {
  Space: infrastructure.space,
  Environment: infrastructure.environment,
  WorkerPool: infrastructure.workerPool,
  Worker: infrastructure.worker,
  WorkerToken: infrastructure.workerToken,
  Machine: infrastructure.machine,
  MachinePolicy: infrastructure.machinePolicy,
  Lifecycle: infrastructure.lifecycle,
  Feed: infrastructure.feed,
  PackageDescription: library.packageDescription,
  PackageVersion: library.packageVersion,
  BuildInformation: library.buildInformation,
  Artifact: library.artifact,
  RetentionPolicy: infrastructure.retentionPolicy,
  ActionTemplateCategory: infrastructure.actionTemplateCategory,
  ActionTemplateSearch: infrastructure.actionTemplateSearch,
  OctopusServerNode: infrastructure.serverNode,
  ProjectGroup: projects.projectGroup,
  Project: projects.project,
  Channel: projects.channel,
  DeploymentProcess: projects.deploymentProcess,
  VariableSet: projects.variableSet,
  TemplateValues: projects.templateValues,
  DeploymentSettings: projects.deploymentSettings,
  Release: deployments.release,
  ReleaseDefect: deployments.defect,
  Deployment: deployments.deployment,
  Task: deployments.task,
  Promotion: outgoing.promotion,
  SpaceIdentity: promotions.spaceIdentity,
  Trust: promotions.trust,
  Import: importLinks,
  User: identity.user,
  ApiKey: identity.apiKey,
  Team: identity.team,
  UserRole: identity.userRole,
  ScopedUserRole: identity.scopedUserRole,
  UserPermissions: identity.userPermissions,
  Event: identity.event,
  EventCategory: identity.eventCategory,
  EventGroup: identity.eventGroup,
  EventDocumentType: identity.eventDocumentType,
  EventAgent: identity.eventAgent,
} satisfies Record<string, Linker>

/** What an answer is: a resource with links of its own, or something made of resources. */
export type Kind = keyof typeof linkers | keyof typeof shapes

/** A result of an action with the links that clients follow; the space is where it was asked for. */
export function linked(kind: Kind, value: object, spaceId = ''): object {
  if (kind in shapes) {
    const shape = shapes[kind as keyof typeof shapes]
    return shape(value, spaceId)
  }
  // The kinds of the table are resources: the contracts of their services say so.
  const resource = value as Linkable
  return { ...resource, Links: linkers[kind as keyof typeof linkers](resource) }
}

/** The kind as a page names it. */
export const itemTypeOf = (kind: Kind): string => kind
