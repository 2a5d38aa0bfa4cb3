import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { config } from '#config'
import { ended, refusedWith } from '../support/deploying.ts'
import { pushPackage } from '../support/packages.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { placeOn, startFarServer, storyOf, type Way } from '../support/story.ts'
import { until } from '../support/until.ts'

const CANARY = 'canary-0f5c2a7e91'
const DIGEST = createHash('sha256').update(CANARY).digest('hex')
const FILE = 'Everything that the shop is'
const FILE_DIGEST = createHash('sha256').update(FILE).digest('hex')

/** Each a secret by its digest alone, so that the log may say it. */
const steps = [
  {
    name: 'Install',
    script: [
      'echo "token $(printf %s "$(get_octopusvariable Token)" | sha256sum)"',
      'echo "file $(sha256sum < "#{Octopus.Action.Package[web].PackageFilePath}")"',
      'echo "to $(get_octopusvariable Url) as $(get_octopusvariable Account)"',
    ].join('\n'),
    packages: [{ Name: 'web', PackageId: 'Shop.Web', Properties: { Extract: 'False' } }],
  },
]
const templates = [
  { Name: 'Account', Label: 'The account', Type: 'String', IsRequired: true, DefaultValue: null },
]

describe('A release that goes to another space', function () {
  this.timeout(60_000)
  let redis: TestRedis
  let here: TestServer
  let there: TestServer

  before(async () => {
    redis = await startRedis()
    config.promotionsRedisUrl = redis.url
    here = await startServer()
    there = await startFarServer()
  })
  after(async () => {
    config.promotionsRedisUrl = undefined
    await Promise.all([here?.stop(), there?.stop()])
    await redis?.stop()
  })

  const ways: { way: Way; between: string; packages: string; far: () => TestServer }[] = [
    { way: 'File', packages: 'included', between: 'two spaces of one server', far: () => here },
    { way: 'File', packages: 'pack', between: 'two servers that never touch', far: () => there },
    { way: 'Local', packages: 'in its feed', between: 'two spaces of one server', far: () => here },
    { way: 'Https', packages: 'sent when asked for', between: 'two servers', far: () => there },
    { way: 'Bus', packages: 'sent when asked for', between: 'two servers', far: () => there },
  ]
  for (const { way, packages, between, far } of ways)
    it(`is deployed there, and its result comes back: ${way}, ${between}, packages ${packages}`, async () => {
      const [from, to] = [await placeOn(here), await placeOn(far())]
      await pushPackage(here, from.spaceId, 'Shop.Web.1.0.0.zip', FILE)
      if (packages === 'in its feed')
        await pushPackage(far(), to.spaceId, 'Shop.Web.1.0.0.zip', FILE)
      const live = await to.ask('POST', '/environments', { Name: 'Live' })
      const story = await storyOf({
        ...{ way, from, to, steps, templates },
        project: { PromoteTaskEnds: 'OnReceipt' },
        variables: [
          { Name: 'Token', Value: CANARY, Type: 'Sensitive', IsSensitive: true },
          { Name: 'Url', Value: 'dev.example', Scope: {} },
        ],
      })
      const values = `/projects/${story.project.Id}/templatevalues`
      await from.ask('PUT', values, {
        Environments: [story.dev, story.test, story.later].map(({ Id }) => ({
          EnvironmentId: Id,
          Values: [{ Name: 'Account', Value: 'tester' }],
        })),
      })

      const untested = await story.release('1.4.1')
      const early = await refusedWith(
        from.send('POST', '/deployments', {
          ReleaseId: untested.Id,
          EnvironmentId: story.remote[0]?.Id,
        }),
      )
      const release = await story.tested('1.4.2')
      const { id, taskId } = await story.promote(release)
      if (packages === 'included') await story.withPackages(id)
      const came = await story.arrived(id)
      const arrived = packages === 'pack' ? await story.bringPack(id) : came
      const preview = await story.previewOf(arrived.Id)
      const unmapped = await refusedWith(
        to.send('POST', `/imports/${arrived.Id}/import`, { PreviewDigest: preview.Digest }),
      )
      await to.ask('PUT', `/imports/${arrived.Id}/mappings`, {
        Mappings: [{ Kind: 'Environment', Name: 'Production', TargetId: live.Id }],
      })
      const imported = await story.bringIn(arrived.Id)
      const incomplete = await refusedWith(
        to.send('POST', '/deployments', {
          ReleaseId: imported.ReleaseId,
          EnvironmentId: live.Id,
        }),
      )
      await to.ask('PUT', `/projects/${imported.ProjectId}/templatevalues`, {
        Environments: [
          { EnvironmentId: live.Id, Values: [{ Name: 'Account', Value: 'operator' }] },
        ],
      })
      const before = await story.cell()
      const { task, log } = await story.runAt(to, { Id: imported.ReleaseId }, live)
      const unheard = await story.cell()
      await story.carryReceipts()
      const promotion = await story.in(id, 'Succeeded')
      const promoted = await ended(here, taskId)
      const later = await until(async () => {
        const cell = await story.cell(story.later)
        return cell?.State === 'Success' && cell
      }, 'the next phase is deployed to by itself')

      expect(early.status).to.equal(400)
      expect(early.text).to.include('are complete')
      expect(came.State).to.equal(packages === 'pack' ? 'AwaitingPackages' : 'AwaitingReview')
      expect(preview.Mappings[0]).to.include({ Kind: 'Environment', State: 'Needed' })
      expect(preview.History.map(({ State }) => State)).to.deep.equal(['Success', 'Success'])
      expect(preview.Variables.map(({ Name, IsSecret }) => [Name, IsSecret])).to.deep.equal([
        ['Token', true],
        ['Url', false],
      ])
      expect(unmapped.status).to.equal(400)
      expect(incomplete).to.include({ status: 400 })
      expect(incomplete.text).to.include('The account')
      expect(task.State, log).to.equal('Success')
      expect(log).to.include(`token ${DIGEST}`).and.to.include(`file ${FILE_DIGEST}`)
      expect(log).to.include('to dev.example as operator')
      for (const cell of [before, unheard]) expect(cell?.State).to.equal('Executing')
      expect(await story.cell()).to.include({ State: 'Success', IsCompleted: true })
      expect(promotion.Wanted[0]?.State).to.equal('Succeeded')
      expect(promoted.State).to.equal('Success')
      expect(later.ReleaseId).to.equal(release.Id)
      const { Name } = await to.ask('GET', `/projects/${imported.ProjectId}`)
      expect(Name).to.equal(`DevTest Space: ${story.project.Name}`)
    })
})
