import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { dialogOf, onStage } from './stage.ts'
import { makeWorld, type World } from './world.ts'

describe('The keyboard', function () {
  this.timeout(60_000)
  const stage = onStage()
  let world: World

  before(async () => {
    world = await makeWorld(stage.server)
  })

  /** Opens a page and waits until it is drawn, as a person does before pressing a key. */
  async function open(path: string): Promise<Page> {
    const page = await stage.visit(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    return page
  }

  it('shows its map, and closes it', async () => {
    const page = await open(world.space)

    await page.keyboard.press('?')
    await dialogOf(page).getByText('Jump to anything, or act').waitFor()
    await page.keyboard.press('Escape')

    await dialogOf(page).waitFor({ state: 'detached' })
  })

  it('goes to the areas of the space', async () => {
    const page = await open(`${world.space}/tasks`)
    const places = [
      ['p', 'Projects'],
      ['i', 'Environments'],
      ['t', 'Tasks'],
      ['d', 'Dashboard'],
    ] as const

    for (const [key, heading] of places) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    }
    expect(page.url()).to.equal(stage.address + world.space)
  })

  it('jumps to a project by the beginning of its name', async () => {
    const page = await open(world.space)
    const name = String(world.made.project.Name)

    await page.keyboard.press('Control+k')
    await page.keyboard.type('proj')
    await page.getByRole('option', { name: `${name} project` }).waitFor()
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { level: 1, name }).waitFor()
    expect(page.url()).to.equal(stage.address + world.project)
  })

  it('begins a release and a deployment', async () => {
    const page = await open(world.project)

    await page.getByRole('link', { name: 'Create release' }).waitFor()
    await page.keyboard.press('c')
    await page.getByRole('heading', { name: 'Create release' }).waitFor()
    await page.goto(`${world.project}/releases/${world.version}`)
    await page
      .getByRole('link', { name: /^Deploy/ })
      .first()
      .waitFor()
    await page.keyboard.press('d')

    await page.getByRole('heading', { name: `Deploy ${world.version}` }).waitFor()
  })

  it('leaves single letters to the fields', async () => {
    const page = await open(`${world.space}/projects`)
    const filter = page.getByLabel('Filter projects')

    await page.keyboard.press('/')
    await filter.and(page.locator(':focus')).waitFor()
    await page.keyboard.type('gdc?')

    expect(await filter.inputValue()).to.equal('gdc?')
    expect(await dialogOf(page).count()).to.equal(0)
  })

  it('moves in the grid of the dashboard by cell', async () => {
    const page = await open(world.space)
    const project = page.getByRole('rowheader').getByRole('link')

    await project.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')

    await page.waitForURL(`**${world.space}/tasks/${world.taskId}`)
  })

  it('passes the navigation by', async () => {
    const page = await open(world.space)

    await page.keyboard.press('Tab')
    await page.getByRole('link', { name: 'Skip to the page' }).press('Enter')
    await page.keyboard.press('Tab')

    const isFocused = await page
      .getByLabel('Filter projects')
      .evaluate((field) => field === field.ownerDocument.activeElement)
    expect(isFocused).to.equal(true)
  })
})
