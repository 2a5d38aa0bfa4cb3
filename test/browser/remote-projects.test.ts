import { expect } from 'chai'
import { imported } from '../support/remote.ts'
import { scriptStep } from '../support/things.ts'
import { until } from '../support/until.ts'
import { onStage } from './stage.ts'
import { makeWorld, type World } from './world.ts'

describe('The pages of what crosses between spaces', function () {
  this.timeout(60_000)
  const stage = onStage()
  let world: World
  /** The address of the remote project. */
  let remote = ''
  let remoteId = ''

  before(async () => {
    const { server } = stage
    world = await makeWorld(server)
    const { spaceId } = world.made
    const project = { Remote: { ...source, SourceProjectId: 'Projects-7' } }
    await imported(server.bus, spaceId, {
      ...{ project, steps: [scriptStep('Greet', 'echo one\necho two')] },
      release: { Version: '1.4.1', Assembled: '2026-10-11T08:00:00.000Z' },
    })
    const later = await imported(server.bus, spaceId, {
      ...{ project, steps: [scriptStep('Greet', 'echo one\necho three')] },
      variables: [{ Name: 'Colour', Value: 'blue' }],
      templates: [{ Name: 'Database', HelpText: 'Where it is' }],
      release: { Version: '1.4.2' },
    })
    remoteId = later.project.Id
    remote = `${world.space}/projects/${later.project.Slug}`
  })

  it('say of an imported release whose it is, and what its owner claims apart from what happened here', async () => {
    const page = await stage.visit(`${remote}/releases/1.4.2`)

    const claims = page.getByRole('region', { name: 'As reported by DevTest Space' })
    await claims.getByText('Deployed to Test').waitFor()

    expect(await claims.textContent()).to.include('success at DevTest Space')
    expect(await page.getByText('Not deployed yet.').count()).to.equal(1)
    expect(await page.getByTitle('Built in DevTest Space, imported here').count()).to.equal(1)
  })

  it('let nobody change what another space builds, and say why', async () => {
    const page = await stage.visit(`${remote}/variables`)

    const add = page.getByRole('button', { name: 'Add variable' })
    await add.waitFor()

    expect(await add.getAttribute('title')).to.equal('This project is owned by DevTest Space.')
    const create = page.getByRole('button', { name: 'Create release' })
    expect(await create.getAttribute('aria-disabled')).to.equal('true')
  })

  it('take the values of an environment, and show what is missing until then', async () => {
    const page = await stage.visit(`${remote}/variables`)
    const { environment } = world.made
    const field = page.getByLabel(`Database in ${environment.Name}`, { exact: true })
    await field.waitFor()
    const before = await field.getAttribute('aria-invalid')

    await field.fill('db.example.com')
    await page.getByRole('button', { name: 'Save values' }).click()
    await page.getByText('The values are saved.').waitFor()

    expect(before).to.equal('true')
    expect(await field.getAttribute('aria-invalid')).to.equal(null)
    const values = await stage.server.bus.call('templatevalues.of', {
      spaceId: world.made.spaceId,
      projectId: remoteId,
      environmentId: environment.Id,
    })
    expect(values).to.deep.equal({ database: { Value: 'db.example.com' } })
  })

  it('show what a release changes, its scripts line by line', async () => {
    const page = await stage.visit(`${remote}/releases/1.4.2`)

    await page.getByRole('link', { name: 'Compare…' }).click()
    const step = page.getByRole('article', { name: 'Step Greet' })
    await step.waitFor()

    const lines = await step.locator('.code-line').allTextContents()
    expect(lines.map((line) => line.trim())).to.deep.equal(['echo one', '-echo two', '+echo three'])
    await page.getByRole('article', { name: 'Variable Colour' }).getByText('Added').waitFor()
  })

  it('report a defect, and resolve it', async () => {
    const page = await stage.visit(`${remote}/releases/1.4.2`)
    const defects = page.getByRole('region', { name: 'Defects' })

    await defects.getByRole('button', { name: 'Report a defect…' }).click()
    await page.getByLabel('What is wrong').fill('It eats the data.')
    await page.getByRole('button', { name: 'Report', exact: true }).click()
    await defects.getByText('It eats the data.').waitFor()
    await defects.getByRole('button', { name: 'Resolve' }).click()

    await defects.getByText('1 resolved').waitFor()
  })

  it('declare a template, and keep a secret where it is', async () => {
    const page = await stage.visit(`${world.project}/variables`)

    await page.getByRole('button', { name: 'Add template' }).click()
    await page.getByLabel('Name of the variable').fill('Api.Key')
    await page.getByLabel('Kind').selectOption('Sensitive')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('The templates are saved.').waitFor()
    await page.getByRole('button', { name: 'Add variable' }).first().click()
    await page.getByLabel('Name', { exact: true }).fill('Password')
    await page.getByRole('radio', { name: 'Secret' }).check()
    await page.getByLabel('Secret value').fill('sesame')
    await page.getByLabel('Not promoted').check()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const bar = page.getByRole('region', { name: 'Unsaved changes' })
    await bar.getByRole('button', { name: /Save/ }).click()

    const of = { spaceId: world.made.spaceId, projectId: world.made.project.Id }
    const set = await until(async () => {
      const found = await stage.server.bus.call('variables.get', of)
      return found.Variables.length > 0 && found
    }, 'the variable is saved')
    expect(set.Variables[0]).to.include({ Name: 'Password', NotPromoted: true, IsSensitive: true })
    expect(set.Templates.map(({ Name, Type }) => [Name, Type])).to.deep.equal([
      ['Api.Key', 'Sensitive'],
    ])
  })
})

const source = {
  TrustId: 'Trusts-1',
  SourceProjectName: 'My Project',
  RemoteSpace: 'DevTest Space',
}
