import { expect } from 'chai'
import type { Locator, Page } from 'playwright-core'
import { meetingPlace, projectIn } from '../support/deploying.ts'
import { until } from '../support/until.ts'
import { lineTo } from './cuttable.ts'
import { onStage } from './stage.ts'

const LONG = 100_000
/** Resolves in the page when what was scrolled to is drawn: the frame that notices, and the next. */
const DRAWN =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))'

describe('A log', function () {
  this.timeout(60_000)
  const stage = onStage()
  const place = meetingPlace()

  after(() => place.remove())

  /** Starts a script, and answers the path of its task. */
  async function start(script: string) {
    const { spaceId, deploy } = await projectIn(stage.server, {
      steps: [{ name: 'Print', script }],
    })
    const { taskId } = await deploy()
    return { taskId, path: `/${spaceId}/tasks/${taskId}` }
  }

  const view = (page: Page) => page.getByRole('region', { name: 'Log lines' })
  const line = (page: Page, text: string) => view(page).getByText(text, { exact: true })

  describe('that is being written', () => {
    const print = (from: number, to: number) => `seq -f 'line %.0f' ${from} ${to}`

    it('goes on after a lost connection, without missing a line', async () => {
      const { path } = await start(
        [print(1, 100), place.hold('lost'), print(101, 200), place.hold('end')].join('\n'),
      )
      const cable = await lineTo(stage.address)
      const page = await stage.visit(cable.address + path, {
        baseURL: cable.address,
        notes: [],
      })
      try {
        await line(page, 'line 100').waitFor()

        cable.cut()
        await page.getByText('Not connected since').waitFor()
        place.go('lost')
        cable.mend()

        await line(page, 'line 200').waitFor()
        await page.getByText('Not connected since').waitFor({ state: 'hidden' })
        expect(await allLines(page)).to.deep.equal(
          Array.from({ length: 200 }, (_, at) => `line ${at + 1}`),
        )
      } finally {
        place.go('end')
        await cable.stop()
      }
    })

    it('lets go of its end when one scrolls up, and says how much is new', async () => {
      const { path } = await start(
        [print(1, 300), place.hold('more'), print(301, 310), place.hold('all')].join('\n'),
      )
      const page = await stage.visit(path)
      await line(page, 'line 300').waitFor()

      await view(page).hover()
      await page.mouse.wheel(0, -3000)
      await line(page, 'line 300').waitFor({ state: 'hidden' })
      place.go('more')

      await page.getByRole('button', { name: /new lines?$/ }).click()
      await line(page, 'line 310').waitFor()
      place.go('all')
    })
  })

  describe(`of ${LONG.toLocaleString('en')} lines`, () => {
    let path: string

    before(async function () {
      this.timeout(120_000)
      const half = LONG / 2
      const made = await start(
        [
          `seq -f 'line %.0f' 1 ${half}`,
          'write_warning "much is left"',
          `seq -f 'line %.0f' ${half + 1} ${LONG}`,
        ].join('\n'),
      )
      path = made.path
      await until(
        async () => (await stage.server.ask('GET', `/tasks/${made.taskId}`)).IsCompleted,
        'the long log is written',
        100_000,
      )
    })

    it('begins with its end in view', async () => {
      const page = await stage.visit(path)

      await line(page, `line ${LONG}`).waitFor()
    })

    it('draws only what is near', async () => {
      const page = await stage.visit(path)
      await line(page, `line ${LONG}`).waitFor()

      expect(await view(page).getByRole('link').count()).to.be.below(120)
    })

    it('scrolls to its beginning and into its middle', async () => {
      const page = await stage.visit(path)
      await line(page, `line ${LONG}`).waitFor()

      await scrollTo(view(page), 0)
      await line(page, 'line 1').waitFor()
      await scrollTo(view(page), 0.25)

      await view(page)
        .getByText(/^line 25\d\d\d$/)
        .first()
        .waitFor()
    })

    it('finds a text in all of it, and goes there', async () => {
      const page = await stage.visit(path)
      const field = page.getByLabel('Search the log')

      await field.fill('line 77777')
      await page.getByText('1 line', { exact: true }).waitFor()
      await field.press('Enter')

      await view(page).locator('mark').getByText('line 77777').waitFor()
      await page.getByText('1 of 1').waitFor()
    })

    it('shows the problems alone when these are wanted', async () => {
      const page = await stage.visit(path)

      await page.getByLabel('Lines to show').selectOption('Warnings and errors')

      await view(page).getByText('much is left').waitFor()
      expect(
        await view(page)
          .getByText(/^line \d+$/)
          .count(),
      ).to.equal(0)
    })

    it('opens at the line that an address names', async () => {
      const page = await stage.visit(`${path}#L60000`)

      await view(page).getByRole('link', { name: 'Link to line 60000' }).waitFor()
    })
  })

  /** Scrolls to a share of the whole height. */
  const scrollTo = (region: Locator, share: number) =>
    region.evaluate((element, part) => {
      element.scrollTop = element.scrollHeight * part
    }, share)

  /** All lines of a script, as they come by when one scrolls from the first to the last. */
  async function allLines(page: Page): Promise<string[]> {
    const seen = new Set<string>()
    for (let share = 0; share <= 1; share += 0.05) {
      await scrollTo(view(page), share)
      await page.evaluate(DRAWN)
      await view(page).locator('.away').first().waitFor({ state: 'detached' })
      for (const text of await view(page)
        .getByText(/^line \d+$/)
        .allTextContents())
        seen.add(text)
    }
    return [...seen]
  }
})
