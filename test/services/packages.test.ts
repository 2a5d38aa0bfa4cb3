import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { expect } from 'chai'
import { blobs } from '#store/blobs.ts'
import { pushFile, pushPackage } from '../support/packages.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'
import { until } from '../support/until.ts'

type Json = Record<string, unknown>
interface Page {
  Items: Json[]
  TotalResults: number
}

const digestOf = (algorithm: string, content: string) =>
  createHash(algorithm).update(content).digest('hex')

const jsonOf = async (response: Response) => (await response.json()) as Json

/** The files in a space's part of the feed, whole or not. */
function filesOf(spaceId: string): string[] {
  try {
    return readdirSync(blobs.pathOf(`packages/${spaceId}`))
  } catch {
    return []
  }
}

describe('A package', () => {
  let server: TestServer
  let spaceId: string
  const push = (fileName: string, content = 'content', query = '') =>
    pushFile(server, { spaceId, fileName, content, query })
  const textOf = async (id: unknown) =>
    (await server.send('GET', `/${spaceId}/packages/${id}/raw`)).text()

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  it('is what its file is called, and is read as it was answered', async () => {
    const response = await push('Acme.Web.1.2.0-beta.zip', 'the file')
    const made = await jsonOf(response)

    const feed = await server.bus.call('feeds.builtin', { spaceId })
    const { Items } = await server.ask<Page>('GET', `/${spaceId}/packages`)
    expect(response.status).to.equal(201)
    expect(response.headers.get('location')).to.equal(
      `/api/${spaceId}/packages/packages-Acme.Web.1.2.0-beta`,
    )
    expect(made).to.deep.include({
      Id: 'packages-Acme.Web.1.2.0-beta',
      SpaceId: spaceId,
      PackageId: 'Acme.Web',
      NuGetPackageId: 'Acme.Web',
      FeedId: feed.Id,
      NuGetFeedId: feed.Id,
      Version: '1.2.0-beta',
      FileExtension: '.zip',
      PackageSizeBytes: 8,
      Hash: digestOf('sha1', 'the file'),
      ReleaseNotes: null,
    })
    expect(await server.ask('GET', `/${spaceId}/packages/${made.Id}`)).to.deep.equal(made)
    expect(Items).to.deep.equal([made])
    expect(await textOf(made.Id)).to.equal('the file')
  })

  it('in the first space is in the feed that clients know', async () => {
    const made = await pushPackage(server, 'Spaces-1', 'Known.1.0.0.nupkg')

    expect(made).to.include({ FeedId: 'feeds-builtin', NuGetFeedId: 'feeds-builtin' })
  })

  it('that is there already is kept, and who pushes it is told', async () => {
    await push('Hello.1.0.0.zip', 'first')

    const again = await push('Hello.1.0.0.zip', 'second')
    const otherwise = await push('hello.1.0.zip', 'second', '?replace=false')

    expect([again.status, otherwise.status]).to.deep.equal([409, 409])
    expect((await jsonOf(again)).ErrorMessage).to.contain(
      'A package with the same name and version already exists',
    )
    expect(await textOf('packages-Hello.1.0.0')).to.equal('first')
    expect(filesOf(spaceId)).to.have.lengthOf(1)
  })

  it('that is there already is answered, where who pushes does not mind', async () => {
    const made = await jsonOf(await push('Hello.1.0.0.zip', 'first'))

    const again = await push('Hello.1.0.0.zip', 'second', '?overwriteMode=IgnoreIfExists')

    expect(again.status).to.equal(200)
    expect(await again.json()).to.deep.equal(made)
    expect(await textOf(made.Id)).to.equal('first')
    expect(filesOf(spaceId)).to.have.lengthOf(1)
  })

  it('is replaced where that is asked for, and its old file goes', async () => {
    await push('Hello.1.0.0.zip', 'first')

    const replaced = await push('Hello.1.0.0.zip', 'second', '?OverwriteMode=OverwriteExisting')
    const again = await push('Hello.1.0.0.tar', 'third', '?replace=true')

    const now = await jsonOf(again)
    expect([replaced.status, again.status]).to.deep.equal([201, 201])
    expect(now).to.include({
      Id: 'packages-Hello.1.0.0',
      FileExtension: '.tar',
      Hash: digestOf('sha1', 'third'),
    })
    expect(await textOf(now.Id)).to.equal('third')
    expect(filesOf(spaceId)).to.have.lengthOf(1)
  })

  it('pushed by many at once is that of one of them', async () => {
    const texts = Array.from({ length: 8 }, (_, number) => `from ${number}`)

    const answers = await Promise.all(texts.map((text) => push('Race.1.0.0.zip', text)))

    const made = answers.filter(({ status }) => status === 201)
    expect(made).to.have.lengthOf(1)
    expect(answers.filter(({ status }) => status === 409)).to.have.lengthOf(7)
    const winner = await textOf('packages-Race.1.0.0')
    expect(await made[0]?.json()).to.include({ Hash: digestOf('sha1', winner) })
    expect(filesOf(spaceId)).to.have.lengthOf(1)
  })

  it('that many replace at once has the file of one, and the digest of the same', async () => {
    await push('Race.1.0.0.zip', 'first')
    const texts = Array.from({ length: 8 }, (_, number) => `from ${number}`)

    const answers = await Promise.all(
      texts.map((text) => push('Race.1.0.0.zip', text, '?replace=true')),
    )

    const now = await server.ask('GET', `/${spaceId}/packages/packages-Race.1.0.0`)
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(8).fill(201))
    expect(now.Hash).to.equal(digestOf('sha1', await textOf('packages-Race.1.0.0')))
    expect(filesOf(spaceId)).to.have.lengthOf(1)
  })

  it('that is read while it is replaced is the one or the other, never a mixture', async () => {
    const textFor = (number: number) => String(number).repeat(300_000)
    await push('Read.1.0.0.zip', textFor(0))
    const replacing = [1, 2, 3, 4, 5].map((number) =>
      push('Read.1.0.0.zip', textFor(number), '?replace=true'),
    )
    const reading = Array.from({ length: 20 }, async () => {
      const response = await server.send('GET', `/${spaceId}/packages/packages-Read.1.0.0/raw`)
      return { tag: response.headers.get('etag'), text: await response.text() }
    })

    const read = await Promise.all(reading)
    await Promise.all(replacing)

    for (const { tag, text } of read) {
      expect(text === textFor(Number(text[0]))).to.equal(true)
      expect(tag).to.equal(`"${digestOf('sha256', text)}"`)
    }
  })

  it('goes with its file', async () => {
    const { Id } = await pushPackage(server, spaceId, 'Hello.1.0.0.zip')

    const deleted = await server.send('DELETE', `/${spaceId}/packages/${Id}`)

    const gone = await server.send('GET', `/${spaceId}/packages/${Id}`)
    const again = await server.send('DELETE', `/${spaceId}/packages/${Id}`)
    expect([deleted.status, gone.status, again.status]).to.deep.equal([200, 404, 404])
    expect(filesOf(spaceId)).to.deep.equal([])
  })

  it('goes with others', async () => {
    const made = await Promise.all(
      ['A.1.0.zip', 'A.2.0.zip', 'B.1.0.zip'].map((name) => pushPackage(server, spaceId, name)),
    )
    const ids = [made[0]?.Id, made[2]?.Id, 'packages-Unknown.1.0'].join(',')

    await server.ask('DELETE', `/${spaceId}/packages/bulk?ids=${ids}`)

    const { Items } = await server.ask<Page>('GET', `/${spaceId}/packages`)
    expect(Items.map(({ Id }) => Id)).to.deep.equal(['packages-A.2.0'])
    expect(filesOf(spaceId)).to.have.lengthOf(1)
  })

  it('is in its space alone', async () => {
    const { Id } = await pushPackage(server, spaceId, 'Hello.1.0.0.zip')
    const other = await makeSpace(server.bus)

    const elsewhere = await server.send('GET', `/${other}/packages/${Id}`)
    const same = await pushPackage(server, other, 'Hello.1.0.0.zip')

    expect(elsewhere.status).to.equal(404)
    expect(same.Id).to.equal(Id)
  })

  it('goes with its space, as do artifacts and what builds have told', async () => {
    await pushPackage(server, spaceId, 'Hello.1.0.0.zip')
    await server.ask('POST', `/${spaceId}/build-information`, {
      PackageId: 'Hello',
      Version: '1.0.0',
      OctopusBuildInformation: {},
    })
    const { Id } = await server.ask('POST', `/${spaceId}/artifacts`, { Filename: 'report.txt' })
    await server.ask('PUT', `/${spaceId}/artifacts/${Id}/content`, { all: 'well' })
    const space = await server.ask('GET', `/spaces/${spaceId}`)
    await server.ask('PUT', `/spaces/${spaceId}`, { ...space, TaskQueueStopped: true })

    await server.ask('DELETE', `/spaces/${spaceId}`)

    const { bus } = server
    await until(async () => {
      const lists = await Promise.all([
        bus.call('packages.list', { spaceId }),
        bus.call('packages.search', { spaceId, feedId: 'feeds-builtin' }).catch(() => null),
        bus.call('buildinformation.list', { spaceId }),
        bus.call('artifacts.list', { spaceId }),
      ])
      return lists.every((list) => (list?.TotalResults ?? 0) === 0)
    }, 'all of it is gone')
    await until(
      () =>
        ['packages', 'artifacts'].every((name) => !existsSync(blobs.pathOf(`${name}/${spaceId}`))),
      'its files are gone',
    )
  })

  it('is told of in the audit trail', async () => {
    const { Id } = await pushPackage(server, spaceId, 'Hello.1.0.0.zip')
    await push('Hello.1.0.0.zip', 'other', '?replace=true')
    await server.ask('DELETE', `/${spaceId}/packages/${Id}`)

    const { Items } = await server.ask<Page>('GET', `/${spaceId}/events?documentTypes=packages`)

    expect(Items.map(({ Message }) => Message)).to.deep.equal([
      'Package Hello 1.0.0 was deleted',
      'Package Hello 1.0.0 was replaced',
      'Package Hello 1.0.0 was pushed',
    ])
  })

  it('is counted', async () => {
    interface Counts {
      Library: { Packages: number }
    }
    const before = await server.ask<Counts>('GET', '/serverstatus/counts')
    await pushPackage(server, spaceId, 'Hello.1.0.0.zip')

    const stats = await server.ask('GET', `/${spaceId}/feeds/stats`)
    const after = await server.ask<Counts>('GET', '/serverstatus/counts')

    expect(stats).to.include({ TotalPackages: 1 })
    expect(after.Library.Packages).to.equal(before.Library.Packages + 1)
  })

  describe('is refused', () => {
    const cases: [what: string, fileName: string, text: string][] = [
      ['without a version', 'Hello.zip', 'names no version'],
      ['in another form', 'Hello.1.0.0.exe', 'must end with'],
      ['with an id that is none', 'a b.1.0.0.zip', 'The package id'],
    ]
    for (const [what, fileName, text] of cases) {
      it(what, async () => {
        const response = await push(fileName)

        expect(response.status).to.equal(400)
        expect(String((await jsonOf(response)).Errors)).to.contain(text)
        expect(filesOf(spaceId)).to.deep.equal([])
      })
    }

    it('in a mode that is none', async () => {
      const response = await push('Hello.1.0.0.zip', 'x', '?overwriteMode=Perhaps')

      expect(response.status).to.equal(400)
    })

    it('that comes as something else than a form with one file', async () => {
      const form = new FormData()
      form.append('note', 'no file')
      const two = new FormData()
      two.append('a', new Blob(['a']), 'A.1.0.zip')
      two.append('b', new Blob(['b']), 'B.1.0.zip')
      const bodies: [RequestInit['body'], Record<string, string>?][] = [
        ['{}', { 'Content-Type': 'application/json' }],
        ['--x\r\n', { 'Content-Type': 'multipart/form-data' }],
        ['--x\r\nContent-Disp', { 'Content-Type': 'multipart/form-data; boundary=x' }],
        [form],
        [two],
      ]

      const answers = await Promise.all(
        bodies.map(([body, headers]) =>
          fetch(`${server.url}/${spaceId}/packages/raw`, {
            method: 'POST',
            headers: { 'X-Octopus-ApiKey': 'API-TESTADMINISTRATOR0000000', ...headers },
            body: body ?? null,
          }),
        ),
      )

      expect(answers.map(({ status }) => status)).to.deep.equal([400, 400, 400, 400, 400])
      expect(filesOf(spaceId)).to.deep.equal([])
      const { TotalResults } = await server.ask<Page>('GET', `/${spaceId}/packages`)
      expect(TotalResults).to.equal(0)
    })
  })
})
