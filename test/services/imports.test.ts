import { expect } from 'chai'
import { blobs } from '#store/blobs.ts'
import { stepDoc, variableDoc } from '../domain/promotion/content-sample.ts'
import { packageOf } from '../support/bundles.ts'
import { ended, logOf } from '../support/deploying.ts'
import { pushPackage } from '../support/packages.ts'
import { playedSource, type Sent, upload } from '../support/played-source.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { faultsOf, makeEnvironment, makeSpace, refusal } from '../support/things.ts'
import { until } from '../support/until.ts'

interface Import {
  Id: string
  State: string
  ProjectId: string
  ReleaseId: string
  Message: string
  Packages: { State: string }[]
}
interface Preview {
  Digest: string
  Blocks: { Code: string }[]
  Values: { Templates: { Name: string; States: string[] }[] }
}

describe('Imports', () => {
  let server: TestServer
  let spaceId: string
  let source: Awaited<ReturnType<typeof playedSource>>

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
    source = await playedSource(server, spaceId)
  })
  after(() => server.stop())

  const path = () => `/${spaceId}/imports`
  const receive = async (sent: Sent = {}) => {
    const answer = await upload(server, spaceId, await source.bundle(sent))
    return (await answer.json()) as Import
  }
  const previewOf = ({ Id }: { Id: string }) =>
    server.ask<Preview>('GET', `${path()}/${Id}/preview`)
  const bringIn = async (received: { Id: string }) => {
    const { Digest } = await previewOf(received)
    return server.ask<Import>('POST', `${path()}/${received.Id}/import`, { PreviewDigest: Digest })
  }
  const codeOf = async (answer: Response) =>
    ((await answer.json()) as { Details?: { Code: string } }).Details?.Code

  it('brings a release in by a file, to be deployed here with its secrets', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const received = await receive({
      process: {
        steps: [
          stepDoc('Greet', {
            properties: {
              'Octopus.Action.Script.ScriptSource': 'Inline',
              'Octopus.Action.Script.Syntax': 'Bash',
              'Octopus.Action.Script.ScriptBody':
                'test "$(get_octopusvariable Token)" = canary && echo "from $(get_octopusvariable Url)"',
            },
          }),
        ],
      },
      variables: {
        variables: [
          variableDoc({ name: 'Url', value: 'https://dev.example' }),
          variableDoc({ name: 'Token', kind: 'secret', type: 'Sensitive', value: null }),
        ],
      },
      secrets: [{ path: 'variables/variable-Token', value: 'canary' }],
    })

    const done = await bringIn(received)
    const deployment = await server.ask('POST', `/${spaceId}/deployments`, {
      ReleaseId: done.ReleaseId,
      EnvironmentId: environment.Id,
    })
    const task = await ended(server, String(deployment.TaskId))

    expect(done).to.include({ State: 'Imported', Message: '' })
    expect(task.State).to.equal('Success')
    expect(await logOf(server, String(deployment.TaskId))).to.include('from https://dev.example')
    const project = await server.ask('GET', `/${spaceId}/projects/${done.ProjectId}`)
    expect(project.Name).to.equal('DevTest Space: My Project')
  })

  it('waits for review, and shows no release before it is imported', async () => {
    const received = await receive()

    expect(received.State).to.equal('AwaitingReview')
    const projects = await server.ask<{ TotalResults: number }>('GET', `/${spaceId}/projects`)
    expect(projects.TotalResults).to.equal(0)
  })

  it('gives the import that there is when the same file comes again', async () => {
    const bundle = await source.bundle()

    const [first, second] = [
      await upload(server, spaceId, bundle),
      await upload(server, spaceId, bundle),
    ]

    expect([first.status, second.status]).to.deep.equal([201, 200])
    expect(((await second.json()) as Import).Id).to.equal(((await first.json()) as Import).Id)
  })

  it('makes one import of a bundle that comes several times at once', async () => {
    const bundle = await source.bundle()

    await Promise.all(Array.from({ length: 5 }, () => upload(server, spaceId, bundle)))

    const { TotalResults } = await server.ask<{ TotalResults: number }>('GET', path())
    expect(TotalResults).to.equal(1)
  })

  it('puts a changed bundle aside, and says why', async () => {
    const bundle = await source.bundle()
    const at = bundle.indexOf('Faster')
    bundle[at] = 'f'.charCodeAt(0)

    const answer = await upload(server, spaceId, bundle)

    expect(answer.status).to.equal(400)
    expect(await codeOf(answer)).to.equal('DigestMismatch')
    const { Items } = await server.ask<{ Items: Import[] }>('GET', `${path()}?state=Quarantined`)
    expect(Items).to.have.length(1)
  })

  it('keeps the file that was refused for who looks into it', async () => {
    const before = await filesOf(spaceId)

    await upload(server, spaceId, Buffer.from('not a bundle'))

    expect(await filesOf(spaceId)).to.have.length(before.length + 1)
  })

  it('takes no file of another space, nor of anything else', async () => {
    const other = await makeSpace(server.bus)
    const receive = (blobName: string) =>
      refusal(server.bus.call('imports.receive', { spaceId, blobName, size: 1, arrival: 'File' }))

    for (const name of [`imports/${other}/x`, `packages/${spaceId}/x`, `imports/${spaceId}`])
      expect(faultsOf(await receive(name)).join()).to.include('is none of a bundle')
  })

  it('puts aside what is no bundle, and what comes from nobody it trusts', async () => {
    const stranger = await playedSource(server, await makeSpace(server.bus))

    const [text, foreign] = [
      await upload(server, spaceId, Buffer.from('not a bundle')),
      await upload(server, spaceId, await stranger.bundle()),
    ]

    expect(await codeOf(text)).to.equal('NotABundle')
    expect(await codeOf(foreign)).to.equal('UnknownSender')
  })

  it('imports only what was seen', async () => {
    const received = await receive()

    const answer = await server.send('POST', `${path()}/${received.Id}/import`, {
      PreviewDigest: 'f'.repeat(64),
    })

    expect(answer.status).to.equal(409)
    expect((await server.ask<Import>('GET', `${path()}/${received.Id}`)).State).to.equal(
      'AwaitingReview',
    )
  })

  it('makes another revision of a release the same release', async () => {
    const first = await bringIn(await receive())
    const changed = { variables: { variables: [variableDoc({ name: 'Url', value: 'another' })] } }

    const second = await bringIn(await receive({ ...changed, facts: { revision: 2 } }))

    expect(second.ReleaseId).to.equal(first.ReleaseId)
    const release = await server.ask<{ Remote: { Revision: number } }>(
      'GET',
      `/${spaceId}/releases/${first.ReleaseId}`,
    )
    expect(release.Remote.Revision).to.equal(2)
    expect((await server.ask<Import>('GET', `${path()}/${first.Id}`)).State).to.equal('Superseded')
  })

  it('takes another release with a known version under another one, when people say so', async () => {
    await bringIn(await receive())
    const again = { release: { ...sample, id: 'Releases-2' } }

    const received = await receive(again)
    const before = await previewOf(received)
    await server.ask('PUT', `${path()}/${received.Id}/mappings`, { TakeAsNewVersion: true })
    const done = await bringIn(received)

    expect(before.Blocks.map(({ Code }) => Code)).to.deep.equal(['VersionConflict'])
    const release = await server.ask('GET', `/${spaceId}/releases/${done.ReleaseId}`)
    expect(release.Version).to.equal('1.4.2+r2')
  })

  it('waits for packages, and goes on when a pack brings them', async () => {
    const received = await receive(withPackage)

    const pack = await source.pack([{ ...file, packageId: 'Shop.Web', version: '1.0.0' }])
    await upload(server, spaceId, pack)
    const after = await server.ask<Import>('GET', `${path()}/${received.Id}`)
    const done = await bringIn(received)

    expect(received.State).to.equal('AwaitingPackages')
    expect(after).to.include({ State: 'AwaitingReview' })
    expect(done.State).to.equal('Imported')
    const content = await server.send('GET', `/${spaceId}/packages/packages-Shop.Web.1.0.0/raw`)
    expect(await content.text()).to.equal('the bytes of a package')
  })

  it('goes on when its package is pushed to the feed', async () => {
    const received = await receive(withPackage)

    await pushPackage(server, spaceId, 'Shop.Web.1.0.0.zip', 'the bytes of a package')

    await until(
      async () =>
        (await server.ask<Import>('GET', `${path()}/${received.Id}`)).State === 'AwaitingReview',
      'the import goes on',
    )
  })

  it('never takes another file for its package', async () => {
    const received = await receive(withPackage)
    await pushPackage(server, spaceId, 'Shop.Web.1.0.0.zip', 'other bytes')

    const { Blocks } = await previewOf(received)

    expect(Blocks.map(({ Code }) => Code)).to.deep.equal(['PackageDigestMismatch'])
  })

  it('keeps the values that people fill in, and never tells a secret', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const template = { id: 't', name: 'Password', label: '', helpText: '', isRequired: true }
    const received = await receive({
      templates: { templates: [{ ...template, type: 'Sensitive', defaultValue: null }] },
    })
    const before = await previewOf(received)

    await server.ask('PUT', `${path()}/${received.Id}/values`, {
      Environments: [
        { EnvironmentId: environment.Id, Values: [{ Name: 'Password', Value: 'canary-7' }] },
      ],
    })

    const [preview, shown] = [
      await server.send('GET', `${path()}/${received.Id}/preview`),
      await server.send('GET', `${path()}/${received.Id}`),
    ]
    const texts = [await preview.text(), await shown.text()]
    expect(before.Values.Templates[0]?.States).to.deep.equal(['missing'])
    expect((JSON.parse(texts[0] ?? '') as Preview).Values.Templates[0]?.States).to.deep.equal([
      'filled',
    ])
    expect(texts.join()).not.to.match(/canary-7|_sealed|v1:/)
  })

  it('is rejected with a reason, and then stays so', async () => {
    const received = await receive()

    await server.ask('POST', `${path()}/${received.Id}/reject`, { Reason: 'Not tonight' })
    const { Digest } = { Digest: 'f'.repeat(64) }
    const answer = await server.send('POST', `${path()}/${received.Id}/import`, {
      PreviewDigest: Digest,
    })

    expect(answer.status).to.equal(400)
    const after = await server.ask('GET', `${path()}/${received.Id}`)
    expect(after).to.include({ State: 'Rejected', Reason: 'Not tonight' })
  })

  it('refuses what a space sends that is no longer trusted', async () => {
    const received = await receive()
    const { Digest } = await previewOf(received)
    await server.ask('POST', `/${spaceId}/trusts/${source.trust.Id}/suspend`)

    const answer = await server.send('POST', `${path()}/${received.Id}/import`, {
      PreviewDigest: Digest,
    })

    expect(answer.status).to.equal(400)
    expect(await codeOf(answer)).to.equal('TrustNotActive')
  })
})

const filesOf = async (spaceId: string) => {
  const names: string[] = []
  for await (const name of blobs.below(`imports/${spaceId}`)) names.push(name)
  return names
}

const sample = {
  ...{ id: 'Releases-1', version: '1.4.2', notes: 'Faster', channel: 'Default' },
  ...{ assembled: '2026-11-20T10:00:00.000Z', customFields: {}, buildInformation: [] },
}

/** A release whose step has a package. */
const file = packageOf('the bytes of a package')
const withPackage: Sent = {
  packages: {
    packages: [
      {
        ...{ packageId: 'Shop.Web', version: '1.0.0', feedKind: 'BuiltIn', feedName: 'Built-in' },
        ...{ actionSlug: 'deploy', referenceName: '', fileName: 'Shop.Web.1.0.0.zip' },
        ...{ size: file.size, sha256: file.sha256 },
      },
    ],
  },
  process: {
    steps: [
      stepDoc('Deploy', {
        packages: [
          {
            ...{ id: 'p', name: '', packageId: 'Shop.Web', acquisitionLocation: 'Server' },
            ...{ feed: { kind: 'BuiltIn', name: 'Built-in' }, properties: {}, version: null },
          },
        ],
      }),
    ],
  },
}
