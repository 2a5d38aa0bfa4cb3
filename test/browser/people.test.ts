import { expect } from 'chai'
import { makePerson, makeTeam, PASSWORD } from '../services/people.ts'
import { type Account, onStage } from './stage.ts'
import { makeWorld, type World } from './world.ts'

describe('Who may not do all', function () {
  this.timeout(60_000)
  const stage = onStage()
  let world: World

  before(async () => {
    world = await makeWorld(stage.server)
  })

  /** Somebody with these roles in the space, or in no team when there are none. */
  const someone = (...roles: string[]) => someoneIn(world.made.spaceId, ...roles)

  async function someoneIn(spaceId: string, ...roles: string[]): Promise<Account> {
    const person = await makePerson(stage.server)
    if (roles.length > 0) await makeTeam(stage.server, { spaceId, members: [person], roles })
    return { username: person.Username, password: PASSWORD }
  }

  it('finds a button that he may not use switched off, with the reason', async () => {
    const viewer = await someone('projectviewer')
    const page = await stage.visit(`${world.space}/infrastructure/environments`, { as: viewer })

    const button = page.getByRole('button', {
      name: 'Add environment: Needs the permission EnvironmentCreate.',
    })
    await button.waitFor()
    expect(await button.isDisabled()).to.equal(true)
    await button.click({ force: true })
    expect(await page.getByRole('form', { name: 'Add environment' }).count()).to.equal(0)
  })

  it('reads a process and does not find how to change it', async () => {
    const viewer = await someone('projectviewer')
    const page = await stage.visit(`${world.project}/process`, { as: viewer })

    await page.getByText('Needs the permission ProcessEdit.').first().waitFor()
    const script = page.getByRole('textbox', { name: 'Script' })
    expect(await script.textContent()).to.equal('echo hello')
    expect(await script.getAttribute('contenteditable')).to.equal('false')
    expect(await page.getByRole('button', { name: 'Add step' }).count()).to.equal(0)
  })

  it('may look at a task, and neither run it again nor cancel it', async () => {
    const viewer = await someone('projectviewer')
    const page = await stage.visit(`${world.space}/tasks/${world.taskId}`, { as: viewer })

    const again = page.getByRole('button', { name: 'Run again' })
    await again.waitFor()
    expect(await again.isDisabled()).to.equal(true)
    expect(await again.getAttribute('title')).to.match(/^Needs the permission/)
    expect(await page.getByRole('link', { name: /^Deploy to/ }).count()).to.equal(0)
  })

  it('does not find the parts of the server that he may not see', async () => {
    const member = await someone('projectcontributor', 'releasecreator', 'deploymentcreator')
    const page = await stage.visit(world.space, { as: member })
    const areas = page.getByRole('navigation', { name: 'Areas' })

    await areas.getByRole('link', { name: 'Configuration' }).click()

    await areas.getByRole('link', { name: 'API keys' }).waitFor()
    expect(await areas.getByRole('link', { name: 'Users' }).count()).to.equal(0)
    expect(await areas.getByRole('link', { name: 'Nodes' }).count()).to.equal(0)
  })

  it('creates releases and deploys as a member', async () => {
    const member = await someone('projectcontributor', 'releasecreator', 'deploymentcreator')
    const page = await stage.visit(world.project, { as: member })

    await page.getByRole('link', { name: 'Create release' }).click()
    await page.getByLabel('Version').fill('7.0.0')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: '7.0.0' }).waitFor()
    await page.getByRole('link', { name: 'Deploy to Test' }).first().click()
    await page.getByRole('button', { name: 'Deploy 7.0.0 to Test' }).click()

    const log = page.getByRole('region', { name: 'Log lines' })
    await log.getByText('hello', { exact: true }).waitFor()
  })

  it('does not find a space in which he is in no team', async () => {
    const outsider = await someoneIn('Spaces-1', 'projectviewer')
    const page = await stage.visit(`${world.space}/projects`, { as: outsider })

    await page.getByRole('heading', { name: 'Not found' }).waitFor()
    await page.getByText('or you may not see it').waitFor()
    await page.getByRole('button', { name: 'Space: Default' }).click()
    await page.getByRole('menuitem', { name: 'All spaces' }).click()
    await page.getByRole('row', { name: 'Default' }).waitFor()
    expect(await page.getByRole('row').count()).to.equal(2)
  })

  it('is told where to turn when he is in no team at all', async () => {
    const newcomer = await someone()
    const page = await stage.visit('/', { as: newcomer })

    await page.getByRole('heading', { name: 'No space yet' }).waitFor()
    await page.getByText('Ask an administrator').waitFor()
  })
})
