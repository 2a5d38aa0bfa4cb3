/** A real server, a real browser before it, and people who sit there. */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { startServer, type TestServer } from '../support/server.ts'

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** How long a page may take for one thing: long, because a machine that tests has much else to do. */
const PATIENCE_MS = 20_000
const PICTURES = join(tmpdir(), 'tako-browser')

let opened: Promise<Browser> | undefined
/** The browser of this process: each visit is as new as if it had one of its own. It ends with the process. */
const browserOfAll = () => {
  opened ??= chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS })
  return opened
}

export interface Account {
  username: string
  password: string
}
export const administrator: Account = { username: 'admin', password: 'Password01!' }

export interface Visit extends BrowserContextOptions {
  /** Who is signed in already; null nobody. */
  as?: Account | null
  /** Answers that are part of the test: `/^409 /`. Every other refusal is a fault. */
  refusals?: RegExp
  /** Where to note what goes wrong; else it fails the test. */
  notes?: string[]
}

export interface Stage {
  server: TestServer
  /** 'http://localhost:1234' */
  address: string
  /** Opens a browser of its own, as another person would. */
  visit(path: string, visit?: Visit): Promise<Page>
}

/**
 * One server for the tests of a `describe`; each visit has cookies and storage of its own.
 * After a test nothing may have gone wrong behind its back: no error in the console, no refused request,
 * no request to another host. `start` starts the server where an ordinary one will not do.
 */
export function onStage(start: () => Promise<TestServer> = startServer): Stage {
  const stage = {} as Stage // Filled before the first test.
  const contexts = new Set<BrowserContext>()
  const signedIn = new Map<string, BrowserContextOptions['storageState']>()
  const faults: string[] = []
  let browser: Browser

  before(async function () {
    this.timeout(60_000)
    ;[stage.server, browser] = await Promise.all([start(), browserOfAll()])
    stage.address = new URL(stage.server.url).origin
  })

  afterEach(async function () {
    this.timeout(30_000)
    const test = this.currentTest
    if (test?.state === 'failed') await takePictures(contexts, test.fullTitle())
    for (const context of contexts) await context.close()
    contexts.clear()
    const found = faults.splice(0)
    if (test?.state !== 'failed') expect(found).to.deep.equal([])
  })

  after(async function () {
    this.timeout(30_000)
    await stage.server?.stop()
  })

  stage.visit = async (path, visit = {}) => {
    const { as = administrator, refusals, notes = faults, ...options } = visit
    const context = await browser.newContext({
      baseURL: stage.address,
      viewport: { width: 1280, height: 800 },
      ...(as && { storageState: await stateOf(as) }),
      ...options,
    })
    context.setDefaultTimeout(PATIENCE_MS)
    contexts.add(context)
    watch(context, stage.address, (fault) => {
      if (!refusals?.test(fault)) notes.push(fault)
    })
    const page = await context.newPage()
    await page.goto(path)
    return page
  }

  async function stateOf({ username, password }: Account) {
    const known = signedIn.get(username)
    if (known) return known
    const context = await browser.newContext({ baseURL: stage.address })
    const data = { Username: username, Password: password }
    const answer = await context.request.post('/api/users/login', { data })
    if (!answer.ok()) throw new Error(`${username} was refused: ${await answer.text()}`)
    const state = await context.storageState()
    await context.close()
    signedIn.set(username, state)
    return state
  }

  return stage
}

/**
 * The open dialog. Its element is asked for by name: the role is on a part within it, and what it
 * shows is not inside of that part.
 */
export const dialogOf = (page: Page) => page.locator('wa-dialog[open]')

/** Tells of all that a person at the screen would not see go wrong. */
function watch(context: BrowserContext, address: string, tell: (fault: string) => void) {
  context.on('weberror', (error) => tell(`thrown: ${error.error().message}`))
  context.on('console', (message) => {
    // What is not found or refused is told with its address below.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load')) return
    tell(`console: ${message.text()}`)
  })
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== address && !['data:', 'blob:'].includes(protocol))
      tell(`foreign: ${request.url()}`)
  })
  context.on('response', (response) => {
    if (response.status() < 400) return
    const { pathname } = new URL(response.url())
    tell(`${response.status()} ${response.request().method()} ${pathname}`)
  })
}

/** What the screens looked like when a test failed, for whoever has to find out why. */
async function takePictures(contexts: Set<BrowserContext>, title: string) {
  mkdirSync(PICTURES, { recursive: true })
  const pages = [...contexts].flatMap((context) => context.pages())
  for (const [at, page] of pages.entries()) {
    const path = join(PICTURES, `${title.replace(/\W+/g, '-')}-${at}.png`)
    // A page that has died has no picture; the failure itself tells more.
    await page.screenshot({ path }).catch(() => undefined)
  }
}
