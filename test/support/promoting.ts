/** Two spaces of one server, of which one promotes to the other. */
import { randomBytes } from 'node:crypto'
import type { Actions } from '#bus'
import { config } from '#config'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import { writeEnvelope } from '#domain/bundle/envelope.ts'
import { readJws } from '#domain/bundle/jws.ts'
import { type ReceiptFacts, writeReceipt } from '#domain/bundle/receipt.ts'
import { writeReceiptsFile } from '#domain/bundle/receipts-file.ts'
import { memorySource } from '#domain/bundle/source.ts'
import { verifyBundle } from '#domain/bundle/verify.ts'
import { closeStore, openStore } from '#store/connection.ts'
import { keysOf } from '../../services/promoter/keys.ts'
import { spaceIdentitySchema } from '../../services/promoter/space-identity.model.ts'
import { freshId, type Question } from '../../services/promoter/talking.ts'
import { projectIn } from './deploying.ts'
import type { Resource, TestStep } from './project.ts'
import type { TestServer } from './server.ts'
import { aName, lifecycleBody, makeSpace } from './things.ts'
import { makeTrust, trustSettings } from './trusts.ts'
import { until } from './until.ts'

export type Promotion = ReturnType<Actions['promotions.get']>
export type Scene = Awaited<ReturnType<typeof promotingScene>>

/** A project in a space, whose lifecycle ends in environments of another space that trusts it. */
export async function promotingScene(
  server: TestServer,
  {
    steps = [{ name: 'Greet', script: 'echo hello' }],
    environments = ['Production'],
    kind = 'Environment',
    transport = 'Disconnected',
    other = server,
  }: {
    steps?: TestStep[]
    environments?: string[]
    kind?: 'Environment' | 'Space'
    transport?: 'Disconnected' | 'Local' | 'Https' | 'Bus'
    /** Where the target is. */
    other?: TestServer
  } = {},
) {
  const [source, target] = [await makeSpace(server.bus), await makeSpace(other.bus)]
  const here = { bus: server.bus, spaceId: source }
  const there = { bus: other.bus, spaceId: target }
  const trust = await makeTrust(here, there, { Name: 'Prod Space' })
  const back = await makeTrust(there, here, { Name: 'DevTest Space' })
  const by = (to: TestServer) => ({
    ...{ Kind: transport, BusName: 'other' },
    Url: to.url.replace(/\/api$/, ''),
  })
  await server.bus.call('trusts.modify', {
    ...{ spaceId: source, id: trust.Id, Name: trust.Name, ...trustSettings() },
    Transport: by(other),
  })
  if (transport !== 'Disconnected')
    await other.bus.call('trusts.modify', {
      ...{ spaceId: target, id: back.Id, Name: back.Name, ...trustSettings() },
      Transport: by(server),
    })
  const made = await projectIn(server, { steps, environments: [], space: source })
  const remote: Resource[] = []
  for (const RemoteName of environments)
    remote.push(
      await server.ask<Resource>('POST', `/${source}/environments`, {
        Remote: { TrustId: trust.Id, Kind: kind, RemoteName },
      }),
    )
  const lifecycle = await server.ask<Resource>('POST', `/${source}/lifecycles`, {
    ...lifecycleBody(aName('Lifecycle')),
    Phases: [{ Name: 'All', OptionalDeploymentTargets: remote.map(({ Id }) => Id) }],
  })
  await server.ask('PUT', `/${source}/projects/${made.project.Id}`, {
    ...made.project,
    LifecycleId: lifecycle.Id,
  })
  const list = async (query = '') =>
    (await server.ask<{ Items: Promotion[] }>('GET', `/${source}/promotions${query}`)).Items
  const get = (id: string) => server.ask<Promotion>('GET', `/${source}/promotions/${id}`)

  /** The keys of both spaces, as their server opens them. */
  const keys = async () => {
    const store = await openStore(server.broker.namespace)
    try {
      const models = { SpaceIdentity: store.model('SpaceIdentity', spaceIdentitySchema) }
      const on = { models, broker: server.bus }
      const [a, b] = await Promise.all([keysOf(on, source), keysOf(on, target)])
      return { source: a.current, target: b.current }
    } finally {
      await closeStore()
    }
  }

  /** Receipts that the target has signed with its own keys. */
  const signedReceipts = async (promotion: Promotion, about: Partial<ReceiptFacts>[]) => {
    const { source: reader, target: signer } = await keys()
    const now = new Date().toISOString()
    const signed = await Promise.all(
      about.map(async (one, index) => {
        const facts: ReceiptFacts = {
          ...{
            receiptId: bundleIdOf(Date.now(), randomBytes(10)),
            sequence: index + 1,
            revision: promotion.Revision,
          },
          ...{ bundleId: promotion.BundleId ?? '', source: reader.fingerprint },
          target: signer.fingerprint,
          release: { id: promotion.ReleaseId, version: promotion.ReleaseVersion },
          environment: { id: 'Environments-1', name: 'Production' },
          ...{ deploymentId: 'Deployments-there', state: 'Success' },
          ...{ queuedAt: now, startedAt: now, endedAt: now, warnings: false, steps: null },
          ...{ error: '', tenants: null, by: null, issuedAt: now },
          ...one,
        }
        return { jws: await writeReceipt(facts, signer), sequence: facts.sequence }
      }),
    )
    return { signer, reader, now, signed }
  }

  return {
    ...made,
    source,
    target,
    trust,
    back,
    remote,
    list,
    get,
    send: (method: string, path: string, body?: unknown) =>
      server.send(method, `/${source}${path}`, body),

    /** Deploys a release to a remote environment: the promotion that comes of it, and the task. */
    async promote(release: Resource, environment = remote[0] as Resource) {
      const { taskId, deployment } = await made.deploy({ release, environment })
      const promotion = await until(async () => {
        const all = await list(`?releaseId=${release.Id}`)
        return all.find(({ Wanted }) => Wanted.some((one) => one.DeploymentId === deployment.Id))
      }, 'the promotion begins')
      return { promotion, taskId, deploymentId: deployment.Id }
    },

    /** The promotion, once it is in a state. */
    in: (id: string, ...states: string[]) =>
      until(
        async () => {
          const found = await get(id)
          return states.includes(found.State) && found
        },
        `the promotion is ${states.join(' or ')}`,
      ),

    /** The file of a bundle, as somebody takes it. */
    async take(id: string) {
      const response = await server.send('GET', `/${source}/promotions/${id}/bundle`)
      if (!response.ok) throw new Error(await response.text())
      return { bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers }
    },

    /** What is in a bundle, as its target opens it. */
    async open(bytes: Uint8Array) {
      const { target: own } = await keys()
      return verifyBundle(memorySource(bytes), {
        trustByKid: (fingerprint) =>
          server.bus.call('trusts.byFingerprint', { spaceId: target, fingerprint }),
        ownFingerprints: [own.fingerprint],
        now: new Date(),
        seen: async () => ({ sameId: null, latest: null, sameVersion: null, newest: null }),
        encryptionKeys: [{ fingerprint: own.encryptionFingerprint, key: own.encryptionKey }],
        readContent: (opened) => opened,
      })
    },

    /** The receipts by themselves, as they go over a connection. */
    async jwsOf(promotion: Promotion, ...about: Partial<ReceiptFacts>[]) {
      return (await signedReceipts(promotion, about)).signed.map(({ jws }) => jws)
    },

    /** What the target says of the bundle, signed with its own keys. */
    async receipts(promotion: Promotion, ...about: Partial<ReceiptFacts>[]) {
      const { signer, reader, now, signed } = await signedReceipts(promotion, about)
      const file = await writeReceiptsFile({
        receipts: signed,
        signer,
        facts: {
          fileId: bundleIdOf(Date.now(), randomBytes(10)),
          ...{ issuedAt: now, notAfter: new Date(Date.now() + 86_400_000).toISOString() },
          source: {
            ...{ space: 'Prod Space', spaceId: target, server: 'prod' },
            fingerprint: signer.fingerprint,
          },
          target: { name: 'DevTest Space', fingerprint: reader.fingerprint },
          producer: 'tako/test',
        },
      })
      const pieces: Uint8Array[] = []
      for await (const piece of file.bytes()) pieces.push(piece)
      return Buffer.concat(pieces)
    },

    /** Has the target send the source a message, as its promoter does; answers what it is told. */
    async say(question: Question) {
      const { source: reader, target: signer } = await keys()
      const { type, body } = question
      const letter = { id: freshId(), type, body, to: reader.fingerprint, now: new Date() }
      const envelope = await writeEnvelope(letter, signer)
      const { reply } = await server.bus.call('promotionsinbox.deliver', { envelope })
      const { payload } = readJws(reply)
      return JSON.parse(Buffer.from(payload).toString()) as { type: string; body: unknown }
    },

    /** Carries a file of receipts to the source. */
    carry: (file: Uint8Array) =>
      fetch(`${server.url}/${source}/receipts/import`, {
        method: 'POST',
        headers: { 'X-Octopus-ApiKey': config.adminApiKey ?? '' },
        body: file,
      }),
  }
}
