/** A project of another space, as an import brings it, without the bundle that it came in. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Actions, Bus } from '#bus'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import type { Step } from '#domain/process.ts'
import { completeSteps, type StepBody } from '#domain/process-complete.ts'
import { newId } from '#store/ids.ts'

type Caller = Pick<Bus, 'call'>
type Project = Parameters<Actions['projects.importRemote']>[0]
type Release = Parameters<Actions['releases.importRemote']>[0]
type Variables = Parameters<Actions['variables.putRemote']>[0]

export interface Brought {
  steps?: StepBody[]
  variables?: Partial<Variables['Variables'][number]>[]
  templates?: Partial<Variables['Templates'][number]>[]
  values?: Parameters<Actions['templatevalues.putRemote']>[0]['Values']
  project?: Partial<Project>
  release?: Partial<Omit<Release, 'Remote'>> & { Remote?: Partial<Release['Remote']> }
}

const sourceOf = (id: string) => ({
  TrustId: 'Trusts-1',
  SourceProjectId: id,
  SourceProjectName: 'My Project',
  RemoteSpace: 'DevTest Space',
})

/** The steps as they are stored. */
export const complete = (steps: StepBody[]): Step[] => completeSteps(steps, [], randomUUID)

/** Stages all that an import of a release stages, and answers what makes it visible. */
export async function stage(bus: Caller, spaceId: string, brought: Brought = {}) {
  const lifecycles = await bus.call('lifecycles.names', { spaceId })
  const { Id: projectId } = await bus.call('projects.importRemote', {
    ...{ spaceId, Id: newId('Projects'), Name: 'My Project', Description: '' },
    LifecycleId: lifecycles[0]?.Id ?? '',
    Settings: {},
    Remote: sourceOf(brought.project?.Id ?? randomUUID()),
    ...brought.project,
  })
  const process = await bus.call('processes.putRemote', {
    ...{ spaceId, projectId },
    Steps: complete(brought.steps ?? []),
  })
  const variables = await bus.call('variables.putRemote', {
    ...{ spaceId, projectId },
    Variables: (brought.variables ?? []).map((one) => ({ ...variable, Id: randomUUID(), ...one })),
    Templates: (brought.templates ?? []).map((one) => ({ ...template, Id: randomUUID(), ...one })),
  })
  if (brought.values)
    await bus.call('templatevalues.putRemote', { spaceId, projectId, Values: brought.values })
  const { Remote, ...release } = brought.release ?? {}
  const about: Release = {
    ...{ spaceId, Id: newId('Releases'), ProjectId: projectId, Version: '1.4.2' },
    ...{ ReleaseNotes: 'Works', Assembled: '2026-10-12T08:00:00.000Z', SelectedPackages: [] },
    ...{ BuildInformation: [], CustomFields: {} },
    ...{ ProcessSnapshotId: process.SnapshotId, VariablesSnapshotId: variables.SnapshotId },
    Remote: {
      ...{ TrustId: 'Trusts-1', RemoteSpace: 'DevTest Space', SourceReleaseId: 'Releases-91' },
      ...{
        SourceVersion: '1.4.2',
        BundleId: bundleIdOf(Date.now(), randomBytes(10)),
        Revision: 1,
        ContentDigest: '',
      },
      Mappings: [],
      History: [
        {
          ...{ Space: 'DevTest Space', Environment: 'Test', State: 'Success' },
          ...{ StartedAt: '2026-10-12T08:00:00.000Z', EndedAt: '2026-10-12T08:01:00.000Z' },
          By: null,
        },
      ],
      ...Remote,
    },
    ...release,
  }
  return { projectId, release: about }
}

/** Imports it whole. */
export async function imported(bus: Caller, spaceId: string, brought: Brought = {}) {
  const staged = await stage(bus, spaceId, brought)
  const release = await bus.call('releases.importRemote', staged.release)
  const project = await bus.call('projects.get', { spaceId, id: staged.projectId })
  return { project, release, about: staged.release }
}

const variable = {
  ...{ Name: 'Greeting', Value: 'Hello', Description: null, Type: 'String' },
  ...{ IsSensitive: false, IsEditable: true, Prompt: null, Scope: {} },
}
const template = {
  ...{ Name: 'Password', Label: '', HelpText: '', Type: 'String' as const },
  ...{ DefaultValue: null, IsRequired: true },
}
