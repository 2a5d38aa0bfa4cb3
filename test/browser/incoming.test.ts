import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { stepDoc, variableDoc } from '../domain/promotion/content-sample.ts'
import { ended } from '../support/deploying.ts'
import { playedSource, type Sent, upload } from '../support/played-source.ts'
import { stepOf } from '../support/project.ts'
import { imported } from '../support/remote.ts'
import { makeEnvironment, makeSpace } from '../support/things.ts'
import { until } from '../support/until.ts'
import { onStage } from './stage.ts'

describe('The pages of what comes from other spaces', function () {
  this.timeout(60_000)
  const stage = onStage()
  let source: Awaited<ReturnType<typeof playedSource>>
  let spaceId = ''
  /** The address of the list. */
  let incoming = ''
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tako-incoming-'))
  })
  beforeEach(async () => {
    const { bus } = stage.server
    spaceId = await makeSpace(bus)
    await makeEnvironment(bus, spaceId, 'Production')
    source = await playedSource(stage.server, spaceId)
    const { Slug } = await bus.call('spaces.get', { id: spaceId })
    incoming = `/${Slug}/promotions/incoming`
  })

  const fileOf = async (name: string, bytes: Buffer) => {
    const path = join(folder, name)
    await writeFile(path, bytes)
    return path
  }
  const choose = async (page: Page, path: string) => {
    const [picker] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import file…' }).click(),
    ])
    await picker.setFiles(path)
  }
  /** Drops a file onto the page, as from a folder. */
  const drop = async (page: Page, name: string, bytes: Buffer) => {
    const dataTransfer = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (one) => one.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], '${name}'))
      return transfer
    })()`)
    await page.locator('tako-page-incoming').dispatchEvent('drop', { dataTransfer })
  }
  const openReview = async (sent: Sent) => {
    const answer = await upload(stage.server, spaceId, await source.bundle(sent))
    const { Id } = (await answer.json()) as { Id: string }
    return { id: Id, page: await stage.visit(`${incoming}/${Id}`, { refusals: /^409 / }) }
  }
  const decision = (page: Page) => page.getByRole('region', { name: 'Decision' })

  it('bring a release in by a file: it is looked at, mapped, filled and imported', async () => {
    const page = await stage.visit(incoming)
    await page.getByRole('heading', { name: 'Nothing has come yet.' }).waitFor()

    await choose(page, await fileOf('gate.takobundle', await source.bundle(gateControl)))
    await page.getByRole('link', { name: 'My Project 1.4.2' }).click()
    const step = page.getByRole('article', { name: 'Step Migrate' })
    await step.waitFor()
    const bar = decision(page)
    await bar.getByText("Choose what the worker pool 'Lab Linux' is in this space.").waitFor()
    const early = bar.getByRole('button', { name: /^Approve and import/ })
    const before = await early.getAttribute('aria-disabled')
    await page.getByLabel('Worker pool for Lab Linux').selectOption({ index: 1 })
    await bar.getByText('It can be imported.').waitFor()
    const password = page.getByLabel('Database.Password in Production')
    const type = await password.getAttribute('type')
    await password.fill('sesame')
    await page.getByRole('button', { name: 'Save values' }).click()
    await page.getByRole('cell', { name: 'Filled' }).waitFor()
    const shown = await password.inputValue()
    await bar.getByRole('button', { name: 'Approve and import' }).click()
    await page.getByRole('link', { name: 'Open the release 1.4.2' }).click()

    await page
      .getByRole('heading', { name: /1\.4\.2/ })
      .first()
      .waitFor()
    await page.getByText('success at DevTest Space').waitFor()
    expect([before, type, shown]).to.deep.equal(['true', 'password', ''])
  })

  it('give the receipts for a source as a file, and say how many nobody has carried', async () => {
    const { bus } = stage.server
    const Remote = { TrustId: source.trust.Id }
    const { release } = await imported(bus, spaceId, {
      steps: [stepOf({ name: 'Greet', script: 'echo hello' })],
      release: { Remote },
    })
    const [environment] = (await bus.call('environments.list', { spaceId })).Items
    const { TaskId } = await stage.server.ask<{ TaskId: string }>(
      'POST',
      `/${spaceId}/deployments`,
      { ReleaseId: release.Id, EnvironmentId: environment?.Id },
    )
    await ended(stage.server, TaskId)
    await until(
      async () => (await bus.call('receiptsout.summary', { spaceId }))[0]?.Highest === 3,
      'three receipts',
    )
    const page = await stage.visit(incoming)
    const row = page.getByRole('row', { name: new RegExp(source.trust.Name) })
    await row.getByRole('cell', { name: '3 receipts' }).waitFor()

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('link', { name: 'Export receipts' }).click(),
    ])
    await file.path()
    await until(
      async () => (await bus.call('receiptsout.summary', { spaceId }))[0]?.Waiting === 0,
      'no receipt that waits',
    )
    await page.reload()

    await row.getByRole('cell', { name: 'None' }).waitFor()
    expect(file.suggestedFilename()).to.match(/\.takoreceipts$/)
  })

  it('say with code and sentence why a file is refused, and keep it in the list', async () => {
    const bundle = await source.bundle()
    const at = bundle.indexOf('Faster')
    bundle[at] = 'f'.charCodeAt(0)
    const page = await stage.visit(incoming, { refusals: /^400 POST .*\/bundles\/import$/ })
    await page.getByRole('heading', { name: 'Incoming' }).waitFor()

    await drop(page, 'changed.takobundle', bundle)

    const said = await page.getByRole('alert').textContent()
    expect(said).to.match(/^DigestMismatch: .+/)
    const row = page.getByRole('row', { name: /Refused\s+DigestMismatch/ })
    await row.waitFor()
    await row.getByRole('link').click()
    await page
      .getByRole('region', { name: 'What became of it' })
      .getByText('DigestMismatch')
      .waitFor()
  })

  it('reject with a reason', async () => {
    const { page, id } = await openReview({})

    await decision(page).getByRole('button', { name: 'Reject…' }).click()
    await page.getByLabel('Reason').fill('Not before the holidays')
    await page.getByRole('button', { name: 'Reject', exact: true }).click()

    await page.getByText('Not before the holidays').waitFor()
    const { State } = await stage.server.bus.call('imports.get', { spaceId, id })
    expect(State).to.equal('Rejected')
  })

  it('have one person approve and another one import, where the trust says so', async () => {
    const { bus } = stage.server
    const trust = { ...source.trust, RequireSecondApprover: true }
    await bus.call('trusts.modify', { spaceId, id: trust.Id, ...trust })
    const { page } = await openReview({})
    const bar = decision(page)
    await bar.getByText('One person approves it, another one imports it.').waitFor()

    await bar.getByRole('button', { name: 'Approve', exact: true }).click()
    await bar.getByText('You have approved it: another person imports it.').waitFor()

    const own = bar.getByRole('button', { name: /^Import: You have approved it/ })
    expect(await own.getAttribute('aria-disabled')).to.equal('true')
  })

  it('import nothing else than what was seen, and say that it has changed', async () => {
    const { page, id } = await openReview(gateControl)
    const bar = decision(page)
    await bar.getByText("Choose what the worker pool 'Lab Linux'").waitFor()
    const [pool] = (await stage.server.bus.call('workerpools.list', { spaceId })).Items

    const Mappings = [{ Kind: 'WorkerPool' as const, Name: 'Lab Linux', TargetId: pool?.Id ?? '' }]
    await stage.server.bus.call('imports.map', { spaceId, id, Mappings })

    await page.getByText('It is no longer what you saw.').waitFor()
    await bar.getByText('It can be imported.').waitFor()
    await page.getByRole('button', { name: 'I have seen it' }).click()
    expect(await page.getByText('It is no longer what you saw.').count()).to.equal(0)
  })
})

/** A release that asks for a decision and a value. */
const gateControl: Sent = {
  process: {
    steps: [
      stepDoc('Migrate', {
        workerPool: 'Lab Linux',
        properties: {
          'Octopus.Action.Script.ScriptSource': 'Inline',
          'Octopus.Action.Script.Syntax': 'Bash',
          'Octopus.Action.Script.ScriptBody': './migrate status\n./migrate up\n./migrate status',
        },
      }),
    ],
  },
  variables: { variables: [variableDoc({ name: 'Url', value: 'https://dev.example' })] },
  templates: {
    templates: [
      {
        ...{
          id: 'template-1',
          name: 'Database.Password',
          label: '',
          helpText: 'Of the migrations',
        },
        ...{ type: 'Sensitive', defaultValue: null, isRequired: true },
      },
    ],
  },
  history: {
    deployments: [
      {
        ...{ space: 'DevTest Space', environment: 'Test', state: 'Success', by: null },
        ...{ startedAt: '2026-11-20T11:00:00.000Z', endedAt: '2026-11-20T11:05:00.000Z' },
      },
    ],
  },
}
