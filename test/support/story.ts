/** How a release goes from a space to another one and its result comes back, by what people do on both sides. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { config } from '#config'
import { shortForm } from '#domain/bundle/identity.ts'
import { ended, logOf, projectIn } from './deploying.ts'
import { upload } from './played-source.ts'
import type { Resource, TestStep } from './project.ts'
import { startServer, type TestServer } from './server.ts'
import { aName, makeSpace } from './things.ts'
import { trustSettings } from './trusts.ts'
import { until } from './until.ts'

/** How the two spaces meet. */
export type Way = 'File' | 'Local' | 'Https' | 'Bus'

export interface Place {
  server: TestServer
  spaceId: string
  ask<T = Resource>(method: string, path: string, body?: unknown): Promise<T>
  send(method: string, path: string, body?: unknown): Promise<Response>
}

export interface StoryImport {
  Id: string
  State: string
  Code: string | null
  Message: string
  BundleId: string
  Arrival: string
  Revision: number
  ProjectId: string
  ReleaseId: string
  ReleaseVersion: string
  Packages: { PackageId: string; Sha256: string; State: string }[]
}
export interface StoryPreview {
  Digest: string
  Sender: { Space: string }
  History: { Environment: string; State: string }[]
  Steps: { Name: string }[]
  Variables: { Name: string; IsSecret: boolean }[]
  Mappings: { Kind: string; Name: string; State: string }[]
  Blocks: { Code: string }[]
  Values: { Templates: { Name: string; States: string[] }[] }
  Lifecycle: { Id: string } | null
}
export interface StoryPromotion {
  Id: string
  State: string
  BundleId: string
  ReleaseVersion: string
  Error: string
  RemoteSpace: string
  Wanted: { DeploymentId: string; TaskId: string; State: string; Error: string }[]
}

/** A second server beside one in the same process: its worker has a folder of its own. */
export async function startFarServer(): Promise<TestServer> {
  const [home, far] = [config.home, mkdtempSync(join(tmpdir(), 'tako-far-'))]
  // All servers of a process have one master key.
  copyFileSync(join(home, 'master.key'), join(far, 'master.key'))
  config.home = far
  try {
    const server = await startServer({ nodeID: 'there' })
    return {
      ...server,
      async stop() {
        await server.stop()
        rmSync(far, { recursive: true, force: true })
      },
    }
  } finally {
    config.home = home
  }
}

export async function placeOn(server: TestServer): Promise<Place> {
  const spaceId = await makeSpace(server.bus)
  return {
    server,
    spaceId,
    ask: (method, path, body) => server.ask(method, `/${spaceId}${path}`, body),
    send: (method, path, body) => server.send(method, `/${spaceId}${path}`, body),
  }
}

/** Takes a file from a place, as a person does. */
export async function download(from: Place, path: string): Promise<Buffer> {
  const response = await from.send('GET', path)
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
  return Buffer.from(await response.arrayBuffer())
}

/** Brings a file of receipts to a place. */
export const uploadReceipts = ({ server, spaceId }: Place, file: Uint8Array) =>
  fetch(`${server.url}/${spaceId}/receipts/import`, {
    method: 'POST',
    headers: { 'X-Octopus-ApiKey': config.adminApiKey ?? '' },
    body: new Uint8Array(file),
  })

/** One trusts the other, who has been asked for the fingerprint; `read` says what was read from its screen. */
export async function trusting(
  here: Place,
  there: Place,
  { name, way, read = shortForm }: { name: string; way: Way; read?: (whole: string) => string },
) {
  const Document = (await download(there, '/identity/document')).toString()
  const Url = there.server.url.replace(/\/api$/, '')
  const trust = await here.ask('POST', '/trusts', {
    ...{ Document, Name: name, ...trustSettings() },
    Transport:
      way === 'File'
        ? { Kind: 'Disconnected' }
        : { Kind: way, Url, BusName: way === 'Bus' ? name : null },
  })
  const { Fingerprint } = await there.ask('GET', '/identity')
  const answer = await here.send('POST', `/trusts/${trust.Id}/confirm`, {
    ConfirmFingerprint: read(String(Fingerprint)),
  })
  return { trust, answer }
}

export interface StoryWish {
  way: Way
  from: Place
  to: Place
  steps?: TestStep[]
  variables?: object[]
  templates?: object[]
  /** Names of the environments of the target, in one phase. */
  remotes?: string[]
  kind?: 'Environment' | 'Space'
  project?: object
}

export type Story = Awaited<ReturnType<typeof storyOf>>

/** A project whose lifecycle leads from Dev over Test to another space, and then to Later by itself. */
export async function storyOf(wish: StoryWish) {
  const { way, from, to, steps = [], variables = [], templates = [] } = wish
  const { remotes = ['Production'], kind = 'Environment', project: more = {} } = wish
  const { trust } = await trusting(from, to, { name: 'Prod Space', way })
  const { trust: back } = await trusting(to, from, { name: 'DevTest Space', way })
  const { server, spaceId: space } = from
  const made = await projectIn(server, { steps, environments: ['Dev', 'Test', 'Later'], space })
  const [dev, test, later] = made.environments as [Resource, Resource, Resource]
  const remote: Resource[] = []
  for (const RemoteName of remotes)
    remote.push(
      await from.ask('POST', '/environments', {
        Remote: { TrustId: trust.Id, Kind: kind, RemoteName },
      }),
    )
  const lifecycle = await from.ask('POST', '/lifecycles', {
    Name: aName('Lifecycle'),
    Phases: [
      { Name: 'Dev', OptionalDeploymentTargets: [dev.Id] },
      { Name: 'Test', OptionalDeploymentTargets: [test.Id] },
      { Name: 'Production', OptionalDeploymentTargets: remote.map(({ Id }) => Id) },
      { Name: 'Later', AutomaticDeploymentTargets: [later.Id] },
    ],
  })
  await from.ask('PUT', `/projects/${made.project.Id}`, {
    ...made.project,
    LifecycleId: lifecycle.Id,
    ...more,
  })
  const set = `/projects/${made.project.Id}/variables`
  await from.ask('PUT', set, {
    ...(await from.ask('GET', set)),
    Variables: variables,
    Templates: templates,
  })

  const promotion = (id: string) => from.ask<StoryPromotion>('GET', `/promotions/${id}`)
  const imports = async () => (await to.ask<{ Items: StoryImport[] }>('GET', '/imports')).Items
  const carry = async (file: Buffer) => {
    const answer = await upload(to.server, to.spaceId, file)
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as StoryImport
  }
  const deployAt = async (place: Place, release: { Id: string }, environment: Resource) => {
    const deployment = await place.ask('POST', '/deployments', {
      ReleaseId: release.Id,
      EnvironmentId: environment.Id,
    })
    return { deployment, taskId: String(deployment.TaskId) }
  }
  const runAt = async (...about: Parameters<typeof deployAt>) => {
    const { deployment, taskId } = await deployAt(...about)
    const task = await ended(about[0].server, taskId)
    return { task, deployment, log: await logOf(about[0].server, taskId) }
  }

  return {
    ...made,
    ...{
      way,
      from,
      to,
      trust,
      back,
      dev,
      test,
      later,
      remote,
      promotion,
      imports,
      runAt,
      deployAt,
    },

    /** A release that has gone well in Dev and Test. */
    async tested(version?: string): Promise<Resource> {
      const release = await made.release(version)
      for (const environment of [dev, test]) {
        const { task, log } = await runAt(from, release, environment)
        if (task.State !== 'Success') throw new Error(log)
      }
      return release
    },

    /** Deploys a release to the other space as the executions API does: what has begun by it. */
    async promote(release: Resource, environment = remote[0] as Resource) {
      const { DeploymentServerTasks } = await from.ask<{
        DeploymentServerTasks: { DeploymentId: string; ServerTaskId: string }[]
      }>('POST', '/deployments/create/untenanted/v1', {
        ...{ SpaceId: from.spaceId, ProjectName: made.project.Name },
        ...{ ReleaseVersion: release.Version, EnvironmentNames: [environment.Name] },
      })
      const [one] = DeploymentServerTasks
      if (!one) throw new Error('Nothing was begun.')
      const found = await until(async () => {
        const { Items } = await from.ask<{ Items: StoryPromotion[] }>('GET', '/promotions')
        return Items.find(({ Wanted }) =>
          Wanted.some(({ DeploymentId }) => DeploymentId === one.DeploymentId),
        )
      }, 'the promotion begins')
      return { id: found.Id, deploymentId: one.DeploymentId, taskId: one.ServerTaskId }
    },

    /** The promotion as soon as it is in a state. */
    in: (id: string, state: string) =>
      until(async () => {
        const found = await promotion(id)
        return found.State === state && found
      }, `the promotion is ${state}`),

    /** The file of a bundle, once it is built. */
    async take(id: string): Promise<Buffer> {
      await until(async () => (await promotion(id)).BundleId, 'the bundle is built')
      return download(from, `/promotions/${id}/bundle`)
    },

    /** Has the bundle built anew, with the files of its packages in it. */
    async withPackages(id: string): Promise<void> {
      const before = await until(async () => (await promotion(id)).BundleId, 'the bundle is built')
      await from.ask('POST', `/promotions/${id}/resend`, { IncludePackages: true })
      await until(async () => (await promotion(id)).BundleId !== before, 'it is built anew')
    },

    /** What has come of a promotion there: carried in a file, or by itself. */
    async arrived(id: string): Promise<StoryImport> {
      if (way === 'File') return carry(await this.take(id))
      return until(async () => {
        const { ReleaseVersion } = await promotion(id)
        return (await imports()).find(
          (one) => one.ReleaseVersion === ReleaseVersion && one.State === 'AwaitingReview',
        )
      }, 'the bundle arrives')
    },

    /** Has its packages come too, in a file of their own. */
    bringPack: async (id: string) => carry(await download(from, `/promotions/${id}/packagepack`)),

    importOf: (id: string) => to.ask<StoryImport>('GET', `/imports/${id}`),
    previewOf: (id: string) => to.ask<StoryPreview>('GET', `/imports/${id}/preview`),

    /** Imports what was seen. */
    async bringIn(id: string): Promise<StoryImport> {
      const { Digest: PreviewDigest } = await this.previewOf(id)
      await to.ask('POST', `/imports/${id}/import`, { PreviewDigest })
      return until(async () => {
        const found = await this.importOf(id)
        if (found.State === 'ImportFailed') throw new Error(found.Message)
        return found.State === 'Imported' && found
      }, 'it is imported')
    },

    /** Has what was said there come home. */
    async carryReceipts(): Promise<void> {
      if (way !== 'File') return
      const file = await download(to, `/receipts/export?trustId=${back.Id}`)
      const answer = await uploadReceipts(from, file)
      if (!answer.ok) throw new Error(await answer.text())
    },

    /** An environment in the dashboard of the source. */
    async cell(environment = remote[0] as Resource) {
      const { Items } = await from.ask<{ Items: Resource[] }>(
        'GET',
        `/dashboard/dynamic?environments=${environment.Id}`,
      )
      return Items.find(({ EnvironmentId }) => EnvironmentId === environment.Id)
    },
  }
}
