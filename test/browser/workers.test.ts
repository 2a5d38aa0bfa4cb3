import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { overRedis } from '#bus/redis-transporter.ts'
import { config } from '#config'
import { aMachine } from '../support/joining.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startServer } from '../support/server.ts'
import { dialogOf, onStage } from './stage.ts'

const WORKERS = '/default/infrastructure/workers'

describe('The page of workers', function () {
  this.timeout(60_000)
  const { redisUrl } = config
  let redis: TestRedis
  const stage = onStage(async () => {
    redis = await startRedis()
    config.redisUrl = redis.url
    return startServer({ transporter: overRedis({ url: redis.url }) })
  })

  after(async () => {
    config.redisUrl = redisUrl
    await redis.stop()
  })

  const pool = (page: Page) => page.getByRole('region', { name: 'Default Worker Pool' })

  it('lets a machine in by a command that works once, and shows when it is there', async () => {
    const page = await stage.visit(WORKERS)
    await page.getByRole('button', { name: 'Add worker', exact: true }).click()
    await dialogOf(page).getByLabel('Note').fill('For builds')
    await dialogOf(page).getByRole('button', { name: 'Make the command' }).click()
    const command = await dialogOf(page).getByRole('region', { name: 'The command' }).textContent()
    const Token = /--token (\S+)/.exec(command ?? '')?.[1] ?? ''
    await dialogOf(page).getByText('Waiting for the worker').waitFor()
    await page.locator('.tokens').getByText('admin', { exact: true }).waitFor()

    const machine = await aMachine(stage.server, 'build-1')
    await machine.join({ Token, Slots: 4 })

    await dialogOf(page).getByText('build-1 has joined').waitFor()
    await dialogOf(page).getByRole('button', { name: 'Done' }).click()
    await pool(page).getByRole('link', { name: 'build-1' }).waitFor()
    expect(await page.getByRole('region', { name: 'Tokens not used yet' }).count()).to.equal(0)
  })

  it('lets in who waits, once somebody has compared the fingerprint', async () => {
    const page = await stage.visit(WORKERS)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const machine = await aMachine(stage.server, 'build-2')
    const { Fingerprint } = await machine.join()
    const groups = Fingerprint.match(/.{4}/g)?.join(' ') ?? ''

    await page.getByRole('button', { name: 'Approve build-2' }).click()
    const approve = dialogOf(page).getByRole('button', { name: /^Approve/ })
    await dialogOf(page).getByRole('img', { name: groups }).waitFor()
    expect(await approve.getAttribute('aria-disabled')).to.equal('true')
    await dialogOf(page).getByLabel('I have read it on the machine').check()
    await approve.click()

    await pool(page).getByRole('link', { name: 'build-2' }).waitFor()
    expect(await page.getByRole('region', { name: 'Wait for approval' }).count()).to.equal(0)
    expect((await machine.join()).Approval).to.equal('Approved')
  })

  it('drains one, takes it back, and removes it', async () => {
    const page = await stage.visit(WORKERS)
    const machine = await aMachine(stage.server, 'build-3')
    await machine.join()
    await page.getByRole('button', { name: 'Approve build-3' }).click()
    await dialogOf(page).getByLabel('I have read it on the machine').check()
    await dialogOf(page).getByRole('button', { name: 'Approve' }).click()
    await pool(page).getByRole('link', { name: 'build-3' }).click()

    await page.getByRole('button', { name: 'Drain', exact: true }).click()
    await page.getByText('nothing new begins').waitFor()
    await page.getByRole('button', { name: 'Stop draining', exact: true }).click()
    await page.getByText('nothing new begins').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'More about build-3' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: 'Remove build-3' }).click()

    await page.waitForURL(`**${WORKERS}`)
    await pool(page).waitFor()
    expect(await pool(page).getByRole('link', { name: 'build-3' }).count()).to.equal(0)
  })
})
