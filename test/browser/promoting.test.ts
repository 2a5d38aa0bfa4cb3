import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { projectIn, type TestProject } from '../support/deploying.ts'
import { teller, trustFarSpace } from '../support/remote-news.ts'
import { aName, makeSpace } from '../support/things.ts'
import { dialogOf, onStage } from './stage.ts'

describe('The pages of promotion', function () {
  this.timeout(60_000)
  const stage = onStage()
  let told: ReturnType<typeof teller>
  let shop: TestProject
  let space: string

  before(async () => {
    told = teller(stage.server)
  })
  beforeEach(async () => {
    const { bus } = stage.server
    const spaceId = await makeSpace(bus)
    await trustFarSpace(stage.server, { spaceId }, { spaceId: await makeSpace(bus) })
    shop = await projectIn(stage.server, {
      ...{ steps: [{ name: 'Greet', script: 'echo hello' }], space: spaceId },
      environments: ['Test'],
    })
    space = `/${(await stage.server.ask<{ Slug: string }>('GET', `/spaces/${spaceId}`)).Slug}`
  })

  const ask = <T>(method: string, path: string, body?: unknown) =>
    stage.server.ask<T>(method, `/${shop.spaceId}${path}`, body)
  const lifecycle = async (remoteId: string) => {
    const { Id } = await ask<{ Id: string }>('POST', '/lifecycles', {
      Name: aName('Lifecycle'),
      Phases: [
        { Name: 'Here', OptionalDeploymentTargets: [shop.environment.Id] },
        { Name: 'There', OptionalDeploymentTargets: [remoteId] },
      ],
    })
    const project = `/projects/${shop.project.Id}`
    await ask('PUT', project, {
      ...(await ask<object>('GET', project)),
      ...{ LifecycleId: Id, PromoteTaskEnds: 'OnReceipt' },
    })
    return Id
  }
  const remote = (): Promise<{ Id: string }> =>
    ask<{ Items: { Id: string }[] }>('GET', '/trusts').then(({ Items }) =>
      ask('POST', '/environments', { Remote: { TrustId: Items[0]?.Id, RemoteName: 'Production' } }),
    )
  const cellOf = (page: Page) => page.locator('.cell.far')

  it('add an environment of another space, and mark it in the lifecycle', async () => {
    const page = await stage.visit(`${space}/infrastructure/environments`, {
      refusals: /^400 GET .*directory$/,
    })

    await page.getByRole('button', { name: 'Add remote environment' }).click()
    await dialogOf(page).getByRole('button', { name: 'Ask what it has' }).click()
    await dialogOf(page).getByRole('status').waitFor()
    await dialogOf(page).getByLabel('Its name there').fill('Production')
    await dialogOf(page).getByRole('button', { name: 'Add remote environment' }).click()
    await page.getByRole('button', { name: 'Prod Space: Production', exact: true }).waitFor()

    const row = page.getByRole('row', { name: 'Prod Space: Production' })
    expect(await row.textContent()).to.include('Production at Prod Space')
    const { Items } = await ask<{ Items: { Id: string; Remote?: object }[] }>(
      'GET',
      '/environments',
    )
    const id = await lifecycle(Items.find(({ Remote }) => Remote)?.Id ?? '')
    await page.goto(`${space}/library/lifecycles/${id}`)
    const marked = page.locator('.lifecycle-line li', { has: page.locator('.chain') })
    expect(await marked.first().textContent()).to.include('Prod Space: Production')
  })

  it('promote a release, and show green only what the other space has said', async () => {
    const { Id } = await remote()
    await lifecycle(Id)
    const { release } = await shop.run()
    const page = await stage.visit(
      `${space}/projects/${shop.project.Slug}/releases/${release.Version}/deploy?env=${Id}`,
    )
    const promote = `Promote ${release.Version} to Prod Space: Production`
    await page.getByText('The release is handed over whole').waitFor()
    await page.getByRole('button', { name: promote }).click()
    await page.getByText('Waiting for Prod Space').waitFor()
    const made = await stage.server.bus.call('deployments.list', {
      ...{ spaceId: shop.spaceId, environments: [Id] },
    })
    const { Id: deploymentId = '', TaskId: taskId = '' } = made.Items[0] ?? {}
    expect(await page.getByRole('heading', { level: 1 }).textContent()).to.equal(promote)

    await page.goto(`${space}/tasks`)
    await page.getByText('Waiting for Prod Space').waitFor()
    const seen: [string, string][] = []
    await page.goto(space)
    for (const state of ['Exported', 'AwaitingReview', 'Deploying', 'Succeeded'] as const) {
      await told(shop.spaceId, deploymentId, state)
      const words = { Exported: 'Waiting to be carried', AwaitingReview: 'Awaiting review' }
      const word = { ...words, Deploying: 'Deploying at', Succeeded: 'Success at' }[state]
      await cellOf(page).getByText(word).waitFor()
      const look = await cellOf(page).locator('tako-state').getAttribute('state')
      seen.push([state, look ?? ''])
    }

    expect(seen).to.deep.equal([
      ['Exported', 'remote'],
      ['AwaitingReview', 'remote'],
      ['Deploying', 'executing'],
      ['Succeeded', 'success'],
    ])
    expect(await cellOf(page).getAttribute('title')).to.include('as reported by Prod Space')
    await page.goto(`${space}/tasks/${taskId}`)
    await page.getByRole('region', { name: 'What is known from Prod Space' }).waitFor()
  })

  it('say why it failed, on the overview of the project too', async () => {
    const { Id } = await remote()
    await lifecycle(Id)
    const { release } = await shop.run()
    const { deployment } = await shop.deploy({ release, environment: { Id } })
    const why = 'The step Migrate failed: code 3'
    await told(shop.spaceId, deployment.Id, 'Failed', { Error: why })

    const page = await stage.visit(space)
    await cellOf(page).getByText('Failed at Prod Space').waitFor()
    const title = await cellOf(page).getAttribute('title')
    await page.goto(`${space}/projects/${shop.project.Slug}`)
    const cell = page.locator('.deployed.far')
    await cell.getByText('Failed at Prod Space').waitFor()
    await page.goto(`${space}/projects/${shop.project.Slug}/releases/${release.Version}`)
    await page.locator('.station.failed').getByText('Failed at Prod Space').waitFor()

    expect(title).to.include(why)
  })
})
