import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { makePerson, makeTeam, PASSWORD } from '../services/people.ts'
import { promotingScene, type Scene } from '../support/promoting.ts'
import { imported } from '../support/remote.ts'
import { dialogOf, onStage } from './stage.ts'

describe('The pages of releases that go out', function () {
  this.timeout(60_000)
  const stage = onStage()
  let scene: Scene
  let space: string

  beforeEach(async () => {
    scene = await promotingScene(stage.server)
    const { Slug } = await stage.server.ask<{ Slug: string }>('GET', `/spaces/${scene.source}`)
    space = `/${Slug}`
  })

  /** A release that is promoted, once its bundle is built. */
  async function promoted(version: string) {
    const { promotion } = await scene.promote(await scene.release(version))
    return scene.in(promotion.Id, 'Built')
  }

  it('give the bundle as a file, and take the receipts that come back for it', async () => {
    const promotion = await promoted('1.4.2')
    const page = await stage.visit(`${space}/promotions/outgoing`)
    const row = page.getByRole('row', { name: '1.4.2' })
    await row.getByText('Waiting to be carried').waitFor()

    await row.getByRole('button', { name: 'Download bundle 1 of' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      dialogOf(page).getByRole('link', { name: 'Download the bundle' }).click(),
    ])
    const bytes = await readFile(await file.path())
    await dialogOf(page).getByRole('button', { name: 'Close', exact: true }).last().click()
    await row.getByText('Taken as a file').waitFor()
    const { manifest } = await scene.open(bytes)
    await page.getByLabel('Choose a file of receipts').setInputFiles({
      ...{ name: 'prod.takoreceipts', mimeType: 'application/octet-stream' },
      buffer: await scene.receipts(promotion, {}),
    })

    await page.getByText('Receipts of Prod Space: 1 new, 0 known.').waitFor()
    await row.getByText('Success at Prod Space').waitFor()
    expect(file.suggestedFilename()).to.equal('1-1.4.2.takobundle')
    expect(manifest.bundleId).to.equal(promotion.BundleId)
  })

  it('say what crosses, and take a release back with the words for it', async () => {
    await promoted('1.4.2')
    const page = await stage.visit(`${space}/promotions/outgoing`)
    const act = async (name: string) => {
      await page.getByRole('button', { name: /^More about .* for Prod Space/ }).click()
      await page.getByRole('menuitem', { name }).click()
    }

    await act('What crosses…')
    const step = dialogOf(page).getByRole('row', { name: 'Greet' })
    expect(await step.textContent()).to.include('crosses')
    await dialogOf(page).getByRole('button', { name: 'Close', exact: true }).last().click()
    await act('Withdraw…')
    await dialogOf(page).getByRole('button', { name: 'Withdraw 1.4.2' }).click()

    await page.getByText('Withdrawn').waitFor()
  })

  it('refuse a file that holds no receipts, and say why', async () => {
    await promoted('1.4.2')
    const page = await stage.visit(`${space}/promotions/outgoing`, {
      refusals: /^400 POST .*\/receipts\/import$/,
    })

    await page.getByLabel('Choose a file of receipts').setInputFiles({
      ...{ name: 'prod.takoreceipts', mimeType: 'application/octet-stream' },
      buffer: Buffer.from('no receipts'),
    })

    await page.locator('tako-receipts tako-problem').waitFor()
  })

  it('draw the line of a release, where only what the other space has reported is reached', async () => {
    const promotion = await promoted('1.4.2')
    const page = await stage.visit(space)
    await page.locator('.cell.far').click()
    const line = page.getByRole('list', { name: /^The spaces of .* 1\.4\.2$/ })
    const station = line.locator('.lane.far .station')
    await line.getByText('Waiting to be carried').waitFor()
    const before = await station.textContent()
    const waits = page.locator('.note.waits')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      waits.getByRole('link', { name: 'Bundle 1' }).click(),
    ])
    await waits.getByText('Waits for Prod Space').waitFor()

    await scene.carry(await scene.receipts(promotion, {}))

    await page.getByText('Production: Success as reported by Prod Space').waitFor()
    await station.getByText('Success at Prod Space').waitFor()
    expect(before).to.include('not reached').and.include('Nothing heard')
    expect(await station.textContent()).to.not.include('not reached')
    expect(file.suggestedFilename()).to.equal('1-1.4.2.takobundle')
  })

  it('are reached from the release and from the task that promotes it', async () => {
    const { Wanted } = await promoted('1.4.2')
    const page = await stage.visit(`${space}/projects/${scene.project.Slug}/releases/1.4.2`)
    const heading = page.getByRole('heading', { level: 1, name: `${scene.project.Name} 1.4.2` })

    await page.getByRole('link', { name: 'Line over spaces' }).click()
    await heading.waitFor()
    await page.goto(`${space}/tasks/${Wanted[0]?.TaskId}`)
    await page.getByRole('link', { name: 'Its promotion' }).click()

    await heading.waitFor()
  })

  it('draw of an imported release what its source claims before what happens here', async () => {
    const source = { TrustId: 'Trusts-1', RemoteSpace: 'DevTest Space' }
    const { release } = await imported(stage.server.bus, scene.target, {
      project: { Remote: { ...source, SourceProjectName: 'Shop', SourceProjectId: 'Projects-7' } },
      release: { Version: '1.4.2' },
    })
    const { Slug, Name } = await stage.server.ask<{ Slug: string; Name: string }>(
      'GET',
      `/spaces/${scene.target}`,
    )

    const page = await stage.visit(`/${Slug}/promotions/line/${release.Id}`)
    await page.locator('.lane').nth(1).waitFor()

    const lanes = await page.locator('.lane').allTextContents()
    expect(lanes[0]).to.include('DevTest Space').and.include('Told with the bundle')
    expect(lanes[1]).to.include(Name).and.include('This space')
    expect(await page.locator('.link').textContent()).to.include('Imported')
    await page.getByText('Imported from DevTest Space').waitFor()
  })

  it('let somebody look who may not promote, and say what he lacks', async () => {
    await promoted('1.4.2')
    const person = await makePerson(stage.server)
    const roles = ['projectviewer', 'environmentmanager']
    await makeTeam(stage.server, { spaceId: scene.source, members: [person], roles })
    const page = await stage.visit(space, {
      as: { username: person.Username, password: PASSWORD },
    })
    const areas = page.getByRole('navigation', { name: 'Areas' })

    await areas.getByRole('link', { name: 'Promotions' }).click()
    await areas.getByRole('link', { name: 'Outgoing' }).waitFor()
    await page.getByRole('row', { name: '1.4.2' }).waitFor()

    expect(await areas.getByRole('link', { name: 'Trusts' }).count()).to.equal(0)
    for (const name of [/^Import receipts/, /^Download bundle 1/]) {
      const button = page.getByRole('button', { name })
      expect(await button.getAttribute('aria-disabled')).to.equal('true')
      expect(await button.getAttribute('title')).to.equal('Needs the permission PromotionCreate.')
    }
  })
})
