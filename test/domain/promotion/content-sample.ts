import type { ActionDoc, BundleContent, StepDoc, VariableDoc } from '#domain/promotion/content.ts'

type Part<T> = Partial<T> & { name: string }

export const actionDoc = ({ name, ...more }: Part<ActionDoc>): ActionDoc => ({
  ...{ id: `action-${name}`, name, slug: name.toLowerCase(), type: 'Octopus.Script', notes: null },
  ...{ isDisabled: false, isRequired: false, condition: 'Success' },
  ...{ workerPool: null, workerPoolVariable: null },
  ...{ environments: [], excludedEnvironments: [], tenantTags: [], teams: {}, packages: [] },
  ...{ properties: {}, secretProperties: [] },
  ...more,
})

/** A step of one action of its name. */
export const stepDoc = (name: string, action: Partial<ActionDoc> = {}): StepDoc => ({
  ...{ id: `step-${name}`, name, slug: name.toLowerCase() },
  ...{ packageRequirement: 'LetOctopusDecide', condition: 'Success' },
  startTrigger: 'StartAfterPrevious',
  ...{ properties: {}, secretProperties: [] },
  actions: [actionDoc({ name, ...action })],
})

export const variableDoc = ({ name, ...more }: Part<VariableDoc>): VariableDoc => ({
  ...{ id: `variable-${name}`, name, kind: 'text', type: 'String', value: `of ${name}` },
  ...{ description: null, isEditable: true, prompt: null },
  scope: { environments: [], roles: [], actions: [], tenantTags: [] },
  ...more,
})

/** The documents of a small release; `change` replaces whole documents. */
export const contentDocs = (change: Partial<BundleContent> = {}): BundleContent => ({
  release: {
    ...{ id: 'Releases-1', version: '1.4.2', notes: 'Faster', channel: 'Default' },
    ...{ assembled: '2026-11-20T10:00:00.000Z', customFields: {}, buildInformation: [] },
  },
  project: {
    ...{ id: 'Projects-7', name: 'My Project', slug: 'my-project', description: '' },
    settings: {
      guidedFailureMode: 'EnvironmentDefault',
      connectivityPolicy: {
        ...{ skipMachineBehavior: 'None', targetRoles: [] },
        ...{ allowDeploymentsToNoTargets: false, excludeUnhealthyTargets: false },
      },
      ...{ skipIfAlreadyInstalled: false, forcePackageDownload: false },
      ...{ releaseNotesTemplate: '', deploymentChangesTemplate: '' },
    },
  },
  process: { steps: [stepDoc('Deploy')] },
  variables: { variables: [variableDoc({ name: 'Url' })] },
  templates: { templates: [] },
  packages: { packages: [] },
  history: { deployments: [] },
  ...change,
})
