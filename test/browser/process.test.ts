import { expect } from 'chai'
import type { Locator, Page } from 'playwright-core'
import { makeManager, PASSWORD } from '../services/people.ts'
import { type Account, onStage } from './stage.ts'
import { makeWorld, type World } from './world.ts'

describe('The page of a process', function () {
  this.timeout(60_000)
  const stage = onStage()
  let world: World
  let other: Account

  before(async () => {
    const { server } = stage
    world = await makeWorld(server)
    const { Username } = await makeManager(server, world.made.spaceId)
    other = { username: Username, password: PASSWORD }
  })

  const open = (as?: Account) =>
    stage.visit(`${world.project}/process`, { ...(as && { as }), refusals: /^409 PUT / })

  const script = (page: Page) => page.getByRole('textbox', { name: 'Script' })
  const bar = (page: Page) => page.getByRole('region', { name: 'Unsaved changes' })

  /** Puts a text in place of the script. */
  async function write(page: Page, text: string) {
    await script(page).click()
    await script(page).press('Control+A')
    await page.keyboard.insertText(text)
  }

  const styleOf = (locator: Locator, name: string): Promise<string> =>
    locator.evaluate(
      (element, property) =>
        element.ownerDocument.defaultView?.getComputedStyle(element).getPropertyValue(property) ??
        '',
      name,
    )

  it('draws its editor as an editor', async () => {
    const page = await open()
    await script(page).waitFor()

    const numbers = await page.locator('.cm-gutters').boundingBox()
    const text = await script(page).boundingBox()

    expect(await styleOf(page.locator('.cm-scroller'), 'display')).to.equal('flex')
    expect(await styleOf(script(page), 'font-family')).to.match(/^"?JetBrains Mono/)
    expect(numbers?.x).to.be.below(text?.x ?? 0)
    expect(numbers?.y).to.equal(text?.y)
  })

  it('takes what is typed, word for word', async () => {
    const page = await open()
    const typed = [
      'if true; then',
      'echo "a $(date)" &',
      'wait',
      'fi',
      "for i in 1 2; do echo '$i'",
    ]

    await script(page).click()
    await script(page).press('Control+A')
    for (const line of typed) {
      await page.keyboard.type(line)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Enter')
    }

    const lines = await page.locator('.cm-line').allTextContents()
    expect(lines.map((line) => line.trim()).filter(Boolean)).to.deep.equal(typed)
  })

  it('does not turn a word into another when a line is ended', async () => {
    const page = await open()

    await script(page).click()
    await script(page).press('Control+A')
    await page.keyboard.type('sleep 1 &')
    await page.keyboard.press('Enter')
    await page.keyboard.type('wait', { delay: 60 })
    await page.keyboard.press('Enter')

    const lines = await page.locator('.cm-line').allTextContents()
    expect(lines).to.deep.equal(['sleep 1 &', 'wait', ''])
  })

  it('completes the names of variables', async () => {
    await world.made.setVariables({ Name: 'Shop.Colour', Value: 'red', Type: 'String', Scope: {} })
    const page = await open()

    await write(page, '')
    await page.keyboard.type('echo #{Sh')
    await page.getByRole('option', { name: 'Shop.Colour' }).click()

    expect(await script(page).textContent()).to.equal('echo #{Shop.Colour}')
  })

  it('saves by Ctrl S, and says so', async () => {
    const page = await open()

    await write(page, 'echo saved by keys')
    await bar(page).waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('The process is saved.').waitFor()
    await page.reload()

    await script(page).getByText('echo saved by keys').waitFor()
    expect(await bar(page).count()).to.equal(0)
  })

  it('says who has saved before, and keeps what was typed', async () => {
    const mine = await open()
    const theirs = await open(other)
    await write(mine, 'echo mine')
    await write(theirs, 'echo theirs')
    await theirs.getByRole('button', { name: 'Save' }).click()
    await theirs.getByText('The process is saved.').waitFor()

    await mine.getByRole('button', { name: 'Save' }).click()

    const note = mine.getByRole('alert').filter({ hasText: other.username })
    await note.getByText('has saved this process meanwhile').waitFor()
    expect(await script(mine).textContent()).to.equal('echo mine')

    await mine.getByRole('button', { name: 'See the difference' }).click()
    await mine.getByLabel('Difference of the script of Greet').getByText('echo theirs').waitFor()
    await mine.getByRole('button', { name: 'Close' }).last().click()
    await mine.getByRole('button', { name: 'Keep mine on top' }).click()
    await mine.getByText('The process is saved.').waitFor()

    await theirs.reload()
    await script(theirs).getByText('echo mine').waitFor()
  })

  it('asks before what was typed is left', async () => {
    const page = await open()
    await write(page, 'echo left')
    await bar(page).waitFor()

    await page.getByRole('link', { name: 'Variables' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()

    expect(await script(page).textContent()).to.equal('echo left')
    expect(page.url()).to.contain('/process')
  })
})
