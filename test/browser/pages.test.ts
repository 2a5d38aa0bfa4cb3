import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { pushPackage } from '../support/packages.ts'
import { playedSource, upload } from '../support/played-source.ts'
import { onStage } from './stage.ts'
import { makeWorld, type World } from './world.ts'

interface Route {
  pattern: RegExp
}

/** Parts that a reader of the screen hears as their role alone. */
const NAMELESS =
  /^\s*- (textbox|combobox|searchbox|spinbutton|checkbox|radio|switch|button|link|dialog|form|img|progressbar)(?: \[[^\]]*\])*(?::.*)?$/

const LAPTOP = { width: 1280, height: 800 }
const PHONE = 390

/** What was seen of a page. */
interface Sight {
  address: string
  /** How many there are of what each page has one of. */
  counts: Record<string, number>
  title: string
  /** Lines of the tree that helpers of the blind read. */
  tree: string[]
  /** How wide it is on a phone of 390. */
  width: number
}

describe('Every page', function () {
  this.timeout(30_000)
  const stage = onStage()
  const sights: Sight[] = []
  const faults: string[] = []

  before(async function () {
    this.timeout(180_000)
    const values = await valuesFor(await makeWorld(stage.server))
    // They load the pages themselves only when these are wanted, so the table is readable here.
    const { routes }: { routes: Route[] } = await import(
      join(import.meta.dirname, '../../public/routes.js')
    )
    const page = await stage.visit('/', { notes: faults })
    for (const route of routes) sights.push(await look(page, addressOf(route, values)))
    await page.context().close()
  })

  /** What stands in the place of a param: on all pages, or by the path before it. */
  async function valuesFor(world: World): Promise<Record<string, string>> {
    const { made, version, taskId, releaseId, deploymentId } = world
    const { ask } = stage.server
    const me = await ask<{ Id: string }>('GET', '/users/me')
    const { Items } = await ask<{ Items: { Id: string; Name: string }[] }>('GET', '/tasks?take=100')
    const check = Items.find(({ Name }) => Name === 'Health')
    const { spaceId } = made
    await pushPackage(stage.server, spaceId, 'Acme.Web.1.0.0.zip')
    const worker = await ask<{ Id: string }>('POST', `/${spaceId}/workers`, {
      Name: 'A machine',
      WorkerPoolIds: [(await ask<{ Id: string }[]>('GET', `/${spaceId}/workerpools/all`))[0]?.Id],
      Endpoint: {
        CommunicationStyle: 'TentaclePassive',
        Uri: 'https://machine:10933/',
        Thumbprint: 'A1',
      },
    })
    const source = await playedSource(stage.server, spaceId)
    const received = await upload(stage.server, spaceId, await source.bundle())
    const { Id: importId } = (await received.json()) as { Id: string }
    return {
      space: made.spaceId,
      project: String(made.project.Slug),
      version,
      step: 'greet',
      release: releaseId,
      deployment: deploymentId,
      '/:space/tasks/': taskId,
      '/:space/promotions/incoming/': importId,
      '/:space/infrastructure/workers/': worker.Id,
      '/:space/library/packages/': 'Acme.Web',
      '/:space/library/lifecycles/': String(made.project.LifecycleId),
      '/configuration/tasks/': check?.Id ?? '',
      '/configuration/spaces/': made.spaceId,
      '/configuration/users/': me.Id,
    }
  }

  it('says nothing in the console, asks no other host, and is refused nothing', () => {
    expect(faults).to.deep.equal([])
  })

  it('has one heading of the first level', () => {
    expect(whereNot(({ counts }) => counts.headings === 1)).to.deep.equal([])
  })

  it('has its landmarks, but for the one where nobody is signed in', () => {
    const inside = sights.filter(({ address }) => address !== '/sign-in')
    const wrong = inside.filter(
      ({ counts }) => counts.mains !== 1 || counts.banners !== 1 || counts.navigations !== 1,
    )
    expect(wrong.map(({ address, counts }) => [address, counts])).to.deep.equal([])
  })

  it('shows what it is for, and no failure', () => {
    expect(whereNot(({ counts }) => counts.alerts === 0)).to.deep.equal([])
  })

  it('says in its title what it is', () => {
    expect(whereNot(({ title }) => /\S · Tako$/.test(title))).to.deep.equal([])
    const titles = new Set(sights.map(({ title }) => title))
    // Those of a step and of its process, and those that lead on to another page, are the same.
    expect(titles.size).to.be.at.least(sights.length - 3)
  })

  it('has a name for whatever can be operated', () => {
    const nameless = sights.flatMap(({ address, tree }) =>
      tree.filter((line) => NAMELESS.test(line)).map((line) => `${address}: ${line.trim()}`),
    )
    expect(nameless).to.deep.equal([])
  })

  it('fits a phone', () => {
    expect(whereNot(({ width }) => width <= PHONE)).to.deep.equal([])
  })

  const whereNot = (isWell: (sight: Sight) => boolean) =>
    sights.filter((sight) => !isWell(sight)).map(({ tree: _, ...sight }) => sight)

  it('is dark when the system is, or when one wishes it', async () => {
    const page = await stage.visit('/default', { colorScheme: 'dark' })
    const colour = () =>
      page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    await isThere(page)
    const first = await colour()
    await page.goto('/configuration/profile')
    await page.getByRole('radio', { name: 'Light' }).check()
    const chosen = await colour()
    await page.reload()
    await isThere(page)
    const later = await colour()

    expect(brightnessOf(first)).to.be.below(60)
    expect(brightnessOf(chosen)).to.be.above(200)
    expect(later).to.equal(chosen)
  })
})

async function look(page: Page, address: string): Promise<Sight> {
  await page.setViewportSize(LAPTOP)
  await page.goto(address)
  await isThere(page)
  const home = page.getByRole('link', { name: 'Tako, dashboard' })
  const counts = {
    headings: await page.getByRole('heading', { level: 1 }).count(),
    mains: await page.getByRole('main').count(),
    banners: await page.getByRole('banner').filter({ has: home }).count(),
    navigations: await page.getByRole('navigation', { name: 'Areas' }).count(),
    alerts: await page.getByRole('alert').count(),
  }
  const title = await page.title()
  const tree = (await page.locator('body').ariaSnapshot()).split('\n')
  await page.setViewportSize({ width: PHONE, height: 780 })
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  return { address, counts, title, tree, width }
}

/** The address of a route, of which the table keeps the pattern, with its params filled in. */
function addressOf({ pattern }: Route, values: Record<string, string>): string {
  const path = pattern.source
    .replaceAll('\\/', '/')
    .replace(/\(\?<(\w+)>\[\^\/\]\+\)/g, ':$1')
    .replace(/^\^|\/\?\$$/g, '')
  return path.replace(/:(\w+)/g, (_, name: string, at: number) => {
    const value = values[name] ?? values[path.slice(0, at)]
    if (!value) throw new Error(`The walk needs a value for ${name} of ${path}.`)
    return value
  })
}

/** Resolves when the page has what it loads. */
async function isThere(page: Page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' })
}

/** Of 'rgb(19, 16, 23)': the middle of its parts. */
const brightnessOf = (colour: string) => {
  const parts = [...colour.matchAll(/\d+/g)].slice(0, 3).map(([part]) => Number(part))
  return parts.reduce((sum, part) => sum + part, 0) / 3
}
