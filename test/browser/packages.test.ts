import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { pushPackage } from '../support/packages.ts'
import { onStage } from './stage.ts'
import { makeWorld, type World } from './world.ts'

describe('A package', function () {
  this.timeout(60_000)
  const stage = onStage()
  let world: World

  before(async () => {
    world = await makeWorld(stage.server)
  })

  const fileOf = (name: string) => ({
    name,
    mimeType: 'application/zip',
    buffer: Buffer.from(`What is in ${name}`),
  })
  const choose = (page: Page, ...names: string[]) =>
    page.getByLabel('Choose packages to upload').setInputFiles(names.map(fileOf))

  it('is uploaded with others, and what is refused says why', async () => {
    const page = await stage.visit(`${world.space}/library/packages`, { refusals: /^4\d\d POST / })
    await page.getByRole('heading', { name: 'No package yet.' }).waitFor()

    await choose(page, 'Acme.Web.1.0.0.zip', 'nameless.zip', 'Acme.Web.1.0.0.zip')

    const uploads = page.getByRole('list', { name: 'Uploads' }).getByRole('listitem')
    await uploads.nth(0).getByText('uploaded', { exact: true }).waitFor()
    await uploads.nth(1).getByRole('alert').getByText('names no version').waitFor()
    await uploads.nth(2).getByRole('alert').getByText('already exists').waitFor()
    await uploads.nth(2).getByRole('button', { name: 'Replace it' }).click()
    await uploads.nth(2).getByText('uploaded', { exact: true }).waitFor()
    const row = page.getByRole('row', { name: /^Acme\.Web / })
    await row.getByText('1.0.0').waitFor()
  })

  it('is frozen in a release, at the version that was chosen', async () => {
    const { space, project, made } = world
    for (const version of ['1.0.0', '1.1.0'])
      await pushPackage(stage.server, made.spaceId, `Acme.Shop.${version}.zip`)
    const page = await stage.visit(`${project}/process`)
    await page.getByRole('button', { name: 'Add step' }).click()
    await page.getByRole('menuitem', { name: 'Deploy a package' }).click()
    const save = page.getByRole('button', { name: 'Save' })
    await page.getByLabel('Package', { exact: true }).fill('acme.sh')
    await page.locator('option[value="Acme.Shop"]').waitFor({ state: 'attached' })
    await page.getByLabel('Package', { exact: true }).fill('Acme.Shop')
    await save.click()
    await page.getByText('The process is saved.').waitFor()

    await page.getByRole('link', { name: 'Create release' }).click()
    const versions = page.getByLabel('Version of Acme.Shop')
    expect(await versions.inputValue()).to.equal('1.1.0')
    await versions.selectOption('1.0.0')
    await page.getByLabel('Version', { exact: true }).fill('7.0.0')
    await page.getByRole('button', { name: 'Create', exact: true }).click()

    await page.getByRole('heading', { name: '7.0.0' }).waitFor()
    const frozen = page.locator('.packages-frozen')
    await frozen.getByText('Acme.Shop', { exact: true }).waitFor()
    await frozen.getByText('1.0.0', { exact: true }).waitFor()
    await page.goto(`${project}/releases/new`)
    await page.getByRole('row', { name: /Acme\.Shop.* 1\.0\.0/ }).waitFor()
    expect(page.url()).to.contain(space)
  })

  it('that nobody has pushed keeps a release from being made, and says what to do', async () => {
    const { project } = world
    const page = await stage.visit(`${project}/process`)
    await page
      .getByRole('button', { name: /^Step|Greet/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Add package' }).click()
    await page.getByLabel('Package', { exact: true }).fill('Acme.Missing')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The process is saved.').waitFor()

    await page.goto(`${project}/releases/new`)

    await page.getByRole('row', { name: /Acme\.Missing.*No version is there yet/ }).waitFor()
    const why = 'Create: Acme.Missing has no version.'
    await page.getByRole('button', { name: why }).waitFor()
  })
})
