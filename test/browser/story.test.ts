import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { meetingPlace } from '../support/deploying.ts'
import { dialogOf, onStage } from './stage.ts'

describe('A person with a browser', function () {
  this.timeout(120_000)
  const stage = onStage()
  const place = meetingPlace()

  after(() => place.remove())

  it('gets from signing in to a release in production, and clears up', async () => {
    const page = await stage.visit('/', { as: null, refusals: /users.(me|login)$/ })

    await signIn(page)
    await makeSpace(page)
    await addEnvironments(page)
    await addLifecycle(page)
    await addProject(page)
    await writeProcess(page, `echo waiting\n${place.hold('open')}\necho gone on`)
    await setVariables(page)
    await createRelease(page)
    await deployAndWatch(page, () => place.go('open'))
    await promote(page)
    await cancelAndRunAgain(page, place)
    await deleteSpace(page)
  })
})

async function signIn(page: Page) {
  const password = page.getByLabel('Password')
  await page.getByLabel('Name').fill('admin')
  await password.fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page
    .getByRole('alert')
    .getByText(/password/i)
    .waitFor()

  await password.fill('Password01!')
  await password.press('Enter')

  await page.getByRole('heading', { name: 'Dashboard' }).waitFor()
  await page.getByRole('heading', { name: 'Your first deployment' }).waitFor()
}

async function makeSpace(page: Page) {
  await page.getByRole('button', { name: 'Space: Default' }).click()
  await page.getByRole('menuitem', { name: 'Add space…' }).click()
  await inDialog(page, 'Add space', { Name: 'Harbour' })
  await page.getByRole('button', { name: 'Space: Harbour' }).click()
  await page.getByRole('menuitem', { name: 'Default' }).click()
  await page.getByRole('button', { name: 'Space: Default' }).click()
  await page.getByRole('menuitem', { name: 'Harbour' }).click()
  await page.waitForURL('**/harbour')
}

async function addEnvironments(page: Page) {
  await page.getByRole('link', { name: 'Add environments' }).click()
  await inDialog(page, 'Add environment', { Name: 'Test' })
  await page.getByRole('button', { name: 'Add environment' }).click()
  await inDialog(page, 'Add environment', { Name: 'Production' })
  await page.getByRole('row', { name: /Production/ }).waitFor()
}

async function addLifecycle(page: Page) {
  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByRole('link', { name: 'Lifecycles' }).click()
  await page.getByRole('button', { name: 'Add lifecycle' }).click()
  await inDialog(page, 'Add lifecycle', { Name: 'Careful' })
  for (const [at, environment] of ['Test', 'Production'].entries()) {
    await page.getByRole('button', { name: 'Add phase' }).click()
    const name = `${environment}s`
    await page.getByLabel(`Name of phase ${at + 1}`).fill(name)
    await page.getByLabel(`${environment} in ${name}`).selectOption('by hand')
  }
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'hidden' })
}

async function addProject(page: Page) {
  await page.getByRole('link', { name: 'Projects' }).click()
  await page.getByRole('button', { name: 'Add project' }).click()
  await page.getByLabel('Lifecycle').selectOption('Careful')
  await inDialog(page, 'Add project', { Name: 'Ticket Shop' })
  await page.waitForURL('**/harbour/projects/ticket-shop/process')
}

async function writeProcess(page: Page, bash: string) {
  await page.getByRole('button', { name: 'Run a script' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Wait')
  await typeScript(page, `${bash}\necho "word: $(get_octopusvariable Password)"`)
  await page.getByRole('button', { name: 'Add step' }).click()
  await page.getByRole('menuitem', { name: 'Run a script' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Count')
  await page.getByRole('button', { name: 'Python' }).click()
  await typeScript(page, 'print("colour:", get_octopusvariable("Colour"))')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The process is saved.').waitFor()
}

async function typeScript(page: Page, script: string) {
  const editor = page.getByRole('textbox', { name: 'Script' })
  await editor.click()
  await editor.press('Control+A')
  await page.keyboard.insertText(script)
}

async function setVariables(page: Page) {
  await page.getByRole('link', { name: 'Variables' }).click()
  await page.getByRole('button', { name: 'Add variable' }).click()
  await inDialog(page, 'Add', { Name: 'Colour', Value: 'red' })
  await page.getByRole('button', { name: 'Add variable' }).click()
  await page.getByLabel('Secret', { exact: true }).check()
  await inDialog(page, 'Add', { Name: 'Password', 'Secret value': 'open-sesame' })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The variables are saved.').waitFor()
}

async function createRelease(page: Page) {
  await page.getByRole('link', { name: 'Create release' }).click()
  await page.getByLabel('Release notes').fill('The first.')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: '0.0.1' }).waitFor()
}

async function deployAndWatch(page: Page, goOn: () => void) {
  await page.getByRole('link', { name: 'Deploy to Test' }).first().click()
  await page.getByRole('button', { name: 'Deploy 0.0.1 to Test' }).click()
  const log = page.getByRole('region', { name: 'Log lines' })
  await log.getByText('waiting', { exact: true }).waitFor()
  const loads = await loadsOf(page)

  goOn()

  await log.getByText('gone on', { exact: true }).waitFor()
  await log.getByText('word: ********').waitFor()
  await log.getByText('colour: red').waitFor()
  await stateOf(page, 'Success').waitFor()
  expect(await loadsOf(page)).to.equal(loads)
}

async function promote(page: Page) {
  await page.getByRole('link', { name: 'Deploy to Production' }).click()
  await page.getByRole('button', { name: 'Deploy 0.0.1 to Production' }).click()
  await stateOf(page, 'Success').waitFor()
  await page.getByRole('link', { name: 'Dashboard', exact: true }).click()
  const row = page.getByRole('row', { name: /Ticket Shop/ })
  await row
    .getByRole('link', { name: /0\.0\.1 Success/ })
    .nth(1)
    .waitFor()
}

async function cancelAndRunAgain(page: Page, place: ReturnType<typeof meetingPlace>) {
  place.close('open')
  await page
    .getByRole('link', { name: /0\.0\.1/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Run again' }).click()
  const log = page.getByRole('region', { name: 'Log lines' })
  await log.getByText('waiting', { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Cancel…' }).click()
  await page.getByRole('button', { name: 'Cancel the task' }).click()
  await stateOf(page, 'Cancelled').waitFor()

  place.go('open')
  await page.getByRole('button', { name: 'Run again' }).click()
  await stateOf(page, 'Success').waitFor()
}

async function deleteSpace(page: Page) {
  await page.getByRole('link', { name: 'Configuration' }).click()
  await page.getByRole('link', { name: 'Harbour', exact: true }).click()
  await page.getByRole('button', { name: 'Delete Harbour: Stop the queue first.' }).waitFor()
  await page.getByRole('button', { name: 'Stop the queue', exact: true }).click()
  await page.getByRole('button', { name: 'Delete Harbour', exact: true }).click()
  await dialogOf(page).getByLabel('Type Harbour to go on').fill('Harbour')
  await dialogOf(page).getByRole('button', { name: 'Delete Harbour' }).click()
  await page.waitForURL('**/configuration/spaces')
  await page.getByRole('link', { name: 'Default', exact: true }).waitFor()
  expect(await page.getByRole('link', { name: 'Harbour', exact: true }).count()).to.equal(0)
}

/** Fills the fields of the dialog by their labels, and presses its button. */
async function inDialog(page: Page, verb: string, fields: Record<string, string>) {
  const dialog = dialogOf(page)
  for (const [label, text] of Object.entries(fields))
    await dialog.getByLabel(label, { exact: true }).fill(text)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

const stateOf = (page: Page, word: string) =>
  page.getByRole('region', { name: 'State' }).getByRole('strong').filter({ hasText: word })

/** How often the document was loaded, by the time of its origin. */
const loadsOf = (page: Page) => page.evaluate<number>('performance.timeOrigin')
