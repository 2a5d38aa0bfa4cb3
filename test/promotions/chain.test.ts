import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { config } from '#config'
import type { Manifest } from '#domain/bundle/manifest.ts'
import { ended } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Place, placeOn, type StoryImport, storyOf, trusting } from '../support/story.ts'
import { until } from '../support/until.ts'

const CANARY = 'canary-5b1e77d0c4'

describe('Releases on their way over several spaces', function () {
  this.timeout(60_000)
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  const lifecycleOf = (at: Place, ...phases: Resource[]) =>
    at.ask('POST', '/lifecycles', {
      Name: 'Onward',
      Phases: phases.map(({ Id }, index) => ({
        Name: `Phase ${index}`,
        OptionalDeploymentTargets: [Id],
      })),
    })
  const named = (at: Place, Name: string) => at.ask('POST', '/environments', { Name })
  /** The one import of a place, once it waits there. */
  const waiting = (at: Place) =>
    until(async () => {
      const { Items } = await at.ask<{ Items: StoryImport[] }>('GET', '/imports')
      return Items.find(({ State }) => State === 'AwaitingReview')
    }, 'an import waits for review')
  const bringIn = async (at: Place, { Id }: StoryImport) => {
    const { Digest: PreviewDigest } = await at.ask('GET', `/imports/${Id}/preview`)
    return at.ask<StoryImport>('POST', `/imports/${Id}/import`, { PreviewDigest })
  }

  it('go on to a third space, which sees who has signed them first', async () => {
    const [from, to, third] = [await placeOn(server), await placeOn(server), await placeOn(server)]
    const live = await named(to, 'Production')
    await named(third, 'Clinic')
    const story = await storyOf({
      ...{ way: 'Local', from, to },
      steps: [
        {
          name: 'Greet',
          script: 'test -n "$(get_octopusvariable Token)" && echo "to $(get_octopusvariable Url)"',
        },
      ],
      variables: [
        { Name: 'Token', Value: CANARY, Type: 'Sensitive', IsSensitive: true },
        { Name: 'Url', Value: 'dev.example' },
      ],
    })
    const release = await story.tested('1.4.2')
    const { id } = await story.promote(release)
    const imported = await bringIn(to, await waiting(to))
    const onward = await trusting(to, third, { name: 'Clinic Space', way: 'Local' })
    const { trust } = await trusting(third, to, { name: 'Prod Space', way: 'Local' })
    const { Name, AutoImport, Allow, Transport } = trust
    await third.ask('PUT', `/trusts/${trust.Id}`, {
      ...{ Name, AutoImport, Allow, Transport, RequireOrigin: true },
    })
    await trusting(third, from, { name: 'DevTest Space', way: 'Local' })
    const clinic = await to.ask('POST', '/environments', {
      Remote: { TrustId: onward.trust.Id, Kind: 'Environment', RemoteName: 'Clinic' },
    })
    const project = `/projects/${imported.ProjectId}`
    await to.ask('PUT', project, {
      ...(await to.ask('GET', project)),
      LifecycleId: (await lifecycleOf(to, live, clinic)).Id,
    })

    await story.runAt(to, { Id: imported.ReleaseId }, live)
    const { taskId } = await story.deployAt(to, { Id: imported.ReleaseId }, clinic)
    const arrived = await waiting(third)
    const there = await bringIn(third, arrived)
    const [environment] = (await third.ask<{ Items: Resource[] }>('GET', '/environments')).Items
    const { task, log } = await story.runAt(third, { Id: there.ReleaseId }, environment as Resource)
    const promoted = await ended(server, taskId)

    expect(task.State, log).to.equal('Success')
    expect(log).to.include('to dev.example')
    expect(promoted.State).to.equal('Success')
    await story.in(id, 'Succeeded')
    const origin = await server.bus.call('imports.origin', {
      spaceId: third.spaceId,
      releaseId: there.ReleaseId,
    })
    const first = JSON.parse(origin?.manifest ?? '{}') as Manifest
    const { Fingerprint } = await from.ask('GET', '/identity')
    expect(first.source.fingerprint).to.equal(Fingerprint)
    expect(first.bundleId).to.equal((await story.promotion(id)).BundleId)
    expect(await filesWith('dev.example')).not.to.deep.equal([])
    expect(await filesWith(CANARY)).to.deep.equal([])
  })

  it('tell at home why a deployment has failed, without its secrets, and that the next one has not', async () => {
    const [from, to] = [await placeOn(server), await placeOn(server)]
    const live = await named(to, 'Production')
    const story = await storyOf({
      ...{ way: 'Local', from, to },
      project: { PromoteTaskEnds: 'OnAccepted' },
      steps: [
        {
          name: 'Greet',
          script:
            'if [ "$(get_octopusvariable Mode)" = bad ]; then fail_step "it broke with $(get_octopusvariable Token)"; fi',
        },
      ],
      variables: [{ Name: 'Token', Value: CANARY, Type: 'Sensitive', IsSensitive: true }],
      templates: [
        { Name: 'Mode', Label: '', Type: 'String', IsRequired: false, DefaultValue: null },
      ],
    })
    const { id } = await story.promote(await story.tested())
    const { ReleaseId, ProjectId } = await bringIn(to, await waiting(to))
    const mode = (Value: string) =>
      to.ask('PUT', `/projects/${ProjectId}/templatevalues`, {
        Environments: [{ EnvironmentId: live.Id, Values: [{ Name: 'Mode', Value }] }],
      })

    await mode('bad')
    const first = await story.runAt(to, { Id: ReleaseId }, live)
    const failed = await story.in(id, 'Failed')
    const cell = await until(async () => {
      const found = await story.cell()
      return found?.State === 'Failed' && found
    }, 'the dashboard shows it')
    await mode('good')
    await story.runAt(to, { Id: ReleaseId }, live)
    const succeeded = await story.in(id, 'Succeeded')

    expect(first.task.State).to.equal('Failed')
    expect(failed.Wanted[0]?.Error).to.include('it broke with').and.not.to.include(CANARY)
    expect(cell.IsCompleted).to.equal(true)
    expect(succeeded.Wanted[0]?.Error).to.equal('')
    expect(await filesWith(CANARY)).to.deep.equal([])
  })
})

/** The files of the servers that hold a text: stores, blobs and logs. */
async function filesWith(text: string): Promise<string[]> {
  const grep = promisify(execFile)('grep', ['-rlF', text, config.home, config.blobs])
  const { stdout } = await grep.catch((error: { code: number; stdout: string }) => {
    // It has found none.
    if (error.code !== 1) throw error
    return error
  })
  return stdout.split('\n').filter((line) => line !== '')
}
