import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'chai'
import { shortForm } from '#domain/bundle/identity.ts'
import { ADMIN_KEY, type Home, newHome, type ServerProcess } from '../support/process.ts'
import { newProject, type Resource } from '../support/project.ts'
import { trustSettings } from '../support/trusts.ts'
import { until } from '../support/until.ts'

interface Page<T> {
  Items: T[]
}
interface Promotion {
  Id: string
  State: string
  Sequence: number
  ReleaseVersion: string
  BundleId: string | null
}

describe('A promotion whose server dies', function () {
  this.timeout(60_000)
  let home: Home
  let server: ServerProcess

  before(async () => {
    home = newHome()
    server = await home.start()
  })
  after(() => home.remove())

  const ask = <T = Resource>(method: string, path: string, body?: unknown) =>
    server.ask<T>(method, path, body)
  const headers = { 'X-Octopus-ApiKey': ADMIN_KEY }
  const bytesOf = async (path: string) =>
    Buffer.from(await (await fetch(`${server.url}/api${path}`, { headers })).arrayBuffer())
  const trust = async (here: string, there: string, Name: string) => {
    const made = await ask('POST', `/${here}/trusts`, {
      ...{ Document: (await bytesOf(`/${there}/identity/document`)).toString(), Name },
      ...{ ...trustSettings(), Transport: { Kind: 'Disconnected' } },
    })
    const ConfirmFingerprint = shortForm(String(made.Fingerprint))
    return ask('POST', `/${here}/trusts/${made.Id}/confirm`, { ConfirmFingerprint })
  }
  /** Asks, and kills the server while it does what it was asked. */
  const cut = async (delayMs: number, ...asked: Parameters<typeof ask>) => {
    // Whether it is answered is left to chance.
    const answer = ask(...asked).catch(() => undefined)
    await wait(delayMs)
    await server.kill()
    await answer
    server = await home.start()
  }

  it('while a bundle is built, or imported, ends as it would have, once', async () => {
    const from = 'Spaces-1'
    const { Id: to } = await ask('POST', '/spaces', {
      ...{ Name: 'Prod', SpaceManagersTeams: ['teams-administrators'] },
    })
    await ask('POST', `/${to}/environments`, { Name: 'Production' })
    const { Id: TrustId } = await trust(from, to, 'Prod Space')
    await trust(to, from, 'DevTest Space')
    const made = await newProject(ask, { steps: [{ name: 'Greet', script: 'echo hello' }] })
    const Remote = { TrustId, RemoteName: 'Production' }
    const remote = await ask('POST', `/${from}/environments`, { Remote })
    const { Id: LifecycleId } = await ask('POST', `/${from}/lifecycles`, {
      Name: 'All at once',
      Phases: [{ Name: 'All', OptionalDeploymentTargets: [remote.Id] }],
    })
    await ask('PUT', `/${from}/projects/${made.project.Id}`, { ...made.project, LifecycleId })
    const promotions = async () => (await ask<Page<Promotion>>('GET', `/${from}/promotions`)).Items

    for (const delayMs of [20, 120]) {
      const release = await made.release()
      const wish = { ReleaseId: release.Id, EnvironmentId: remote.Id }
      await cut(delayMs, 'POST', `/${from}/deployments`, wish)
      const of = async () =>
        (await promotions()).find((one) => one.ReleaseVersion === release.Version)
      const { Items } = await ask<Page<Resource>>(
        'GET',
        `/${from}/deployments?releases=${release.Id}`,
      )
      const isBegun = Items.some(({ ReleaseId }) => ReleaseId === release.Id)
      if (!isBegun) await ask('POST', `/${from}/deployments`, wish)
      const built = await until(async () => {
        const found = await of()
        return found?.BundleId ? found : null
      }, 'the bundle is built')
      const body = await bytesOf(`/${from}/promotions/${built.Id}/bundle`)
      const answer = await fetch(`${server.url}/api/${to}/bundles/import`, {
        ...{ method: 'POST', headers, body },
      })
      const path = `/${to}/imports/${((await answer.json()) as Resource).Id}`
      const { Digest: PreviewDigest } = await ask('GET', `${path}/preview`)
      await cut(delayMs, 'POST', `${path}/import`, { PreviewDigest })
      const { State } = await ask('GET', path)
      if (State === 'AwaitingReview') await ask('POST', `${path}/import`, { PreviewDigest })
      await until(async () => (await ask('GET', path)).State === 'Imported', 'it is imported')
    }

    const sent = await promotions()
    expect(sent.map(({ Sequence }) => Sequence).sort()).to.deep.equal([1, 2])
    const projects = await ask<Page<Resource>>('GET', `/${to}/projects`)
    const releases = await ask<Page<Resource>>('GET', `/${to}/releases`)
    const imports = await ask<Page<Resource>>('GET', `/${to}/imports`)
    expect(projects.Items).to.have.length(1)
    expect(releases.Items).to.have.length(2)
    expect(imports.Items.map(({ State }) => State)).to.deep.equal(['Imported', 'Imported'])
  })
})
