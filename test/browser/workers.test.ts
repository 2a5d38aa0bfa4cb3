import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { overRedis } from '#bus/redis-transporter.ts'
import { config } from '#config'
import { aMachine } from '../support/joining.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startServer } from '../support/server.ts'
import { dialogOf, onStage } from './stage.ts'
import { makeWorld } from './world.ts'

const WORKERS = '/default/infrastructure/workers'
const ENTRY = join(import.meta.dirname, '../../bin/tako.ts')

/** What a person does with the line that the page shows, but for installing. */
function runCommand(command: string, home: string): ChildProcess {
  const words = /npm run worker -- (.*)/.exec(command)?.[1]?.split(' ') ?? []
  return spawn(
    process.execPath,
    [ENTRY, 'worker', ...words, '--home', home, '--name', 'build-1', '--slots', '2'],
    { stdio: 'ignore', env: { PATH: process.env.PATH, HOME: home } },
  )
}

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

  it('shows the line by which a machine joins, when it is there, and what it runs', async () => {
    const world = await makeWorld(stage.server)
    const page = await stage.visit(`${world.space}/infrastructure/workers`)
    await page.getByRole('button', { name: 'Add worker', exact: true }).click()
    await dialogOf(page).getByLabel('Note').fill('For builds')
    await dialogOf(page).getByRole('button', { name: 'Make the command' }).click()
    const command = await dialogOf(page).getByRole('region', { name: 'The command' }).textContent()
    await dialogOf(page).getByText('Waiting for the worker').waitFor()
    await page.locator('.tokens').getByText('admin', { exact: true }).waitFor()

    const home = mkdtempSync(join(tmpdir(), 'tako-worker-'))
    const worker = runCommand(command ?? '', home)
    try {
      await dialogOf(page).getByText('build-1 has joined').waitFor()
      await dialogOf(page).getByRole('button', { name: 'Done' }).click()
      const row = pool(page).getByRole('row', { name: /^build-1/ })
      await row.getByText('Healthy').waitFor()
      await row.getByText('0 of 2').waitFor()
      expect(await page.getByRole('region', { name: 'Tokens not used yet' }).count()).to.equal(0)
      const { task } = await world.made.run()

      await page.goto(`${world.space}/tasks/${task.Id}`)
      await page.getByRole('navigation', { name: 'Steps' }).getByText('on build-1').waitFor()
      await page
        .getByRole('region', { name: 'State' })
        .getByRole('link', { name: 'build-1' })
        .click()
      await page.getByRole('heading', { level: 1, name: 'build-1' }).waitFor()
    } finally {
      worker.kill()
      await once(worker, 'exit')
      rmSync(home, { recursive: true })
    }
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
