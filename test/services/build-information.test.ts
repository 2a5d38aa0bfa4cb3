import { expect } from 'chai'
import { pushPackage } from '../support/packages.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'

type Json = Record<string, unknown>
interface Page {
  Items: Json[]
  TotalResults: number
}

const build = {
  BuildEnvironment: 'GitHub Actions',
  BuildNumber: '288',
  BuildUrl: 'https://build.example/288',
  Branch: 'main',
  VcsType: 'Git',
  VcsRoot: 'https://github.com/acme/web.git',
  VcsCommitNumber: '314cf2c3ee916c9ae1d1e0a8fdd5f4b2a0d0f0aa',
  Commits: [{ Id: '314cf2c', Comment: 'Show the price' }],
}

describe('Build information', () => {
  let server: TestServer
  let spaceId: string
  const body = (Version = '1.0.0', more: object = {}, PackageId = 'Acme.Web') => ({
    PackageId,
    Version,
    OctopusBuildInformation: { ...build, ...more },
  })
  const push = (of: object, query = '') =>
    server.send('POST', `/${spaceId}/build-information${query}`, of)
  const jsonOf = async (response: Response) => (await response.json()) as Json

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  it('is read as it was answered, with the addresses of its commits', async () => {
    const response = await push(body())
    const made = await jsonOf(response)

    const { Items } = await server.ask<Page>('GET', `/${spaceId}/build-information`)
    expect(response.status).to.equal(201)
    expect(made).to.deep.include({
      PackageId: 'Acme.Web',
      Version: '1.0.0',
      BuildNumber: '288',
      Branch: 'main',
      VcsCommitUrl: `https://github.com/acme/web/commit/${build.VcsCommitNumber}`,
      Commits: [
        {
          Id: '314cf2c',
          LinkUrl: 'https://github.com/acme/web/commit/314cf2c',
          Comment: 'Show the price',
        },
      ],
      WorkItems: [],
    })
    expect(await server.ask('GET', `/${spaceId}/build-information/${made.Id}`)).to.deep.equal(made)
    expect(Items).to.deep.equal([made])
  })

  it('belongs to its package, whichever came first', async () => {
    const made = await jsonOf(await push(body('1.0')))
    const first = await pushPackage(server, spaceId, 'acme.web.1.0.0.zip')
    const second = await pushPackage(server, spaceId, 'Acme.Web.2.0.0.zip')
    await push(body('2.0.0', { VcsCommitNumber: 'second' }))

    const { Items } = await server.ask<Page>('GET', `/${spaceId}/packages`)
    expect(first.PackageVersionBuildInformation).to.deep.equal(made)
    expect(second.PackageVersionBuildInformation).to.equal(null)
    expect(
      Items.map(({ PackageVersionBuildInformation: it }) => (it as Json).VcsCommitNumber),
    ).to.deep.equal(['second', build.VcsCommitNumber])
  })

  it('that is there already is kept, unless it is to be replaced', async () => {
    const made = await jsonOf(await push(body()))

    const refused = await push(body('1.0.0', { BuildNumber: '2' }))
    const ignored = await push(body('1.0', { BuildNumber: '3' }), '?overwriteMode=IgnoreIfExists')
    const replaced = await push({
      ...body('1.0.0', { BuildNumber: '4' }),
      OverwriteMode: 'OverwriteExisting',
    })

    expect(refused.status).to.equal(409)
    expect((await jsonOf(refused)).ErrorMessage).to.contain(
      'Metadata for the specified Package ID and version already exists.',
    )
    expect(await jsonOf(ignored)).to.deep.equal(made)
    expect(await jsonOf(replaced)).to.include({ Id: made.Id, BuildNumber: '4' })
  })

  it('pushed by many at once is that of one of them', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((number) => push(body('1.0.0', { BuildNumber: String(number) }))),
    )

    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409, 409, 409])
  })

  it('is listed by package, the latest version first', async () => {
    for (const version of ['1.2.0', '1.10.0', '1.9.0']) await push(body(version))
    await push(body('0.1.0', {}, 'Other'))
    const listed = async (query: string) => {
      const { Items } = await server.ask<Page>('GET', `/${spaceId}/build-information${query}`)
      return Items.map(({ Version }) => Version)
    }

    expect(await listed('')).to.deep.equal(['1.10.0', '1.9.0', '1.2.0', '0.1.0'])
    expect(await listed('?packageId=other')).to.deep.equal(['0.1.0'])
    expect(await listed('?filter=WEB&take=1')).to.deep.equal(['1.10.0'])
    expect(await listed('?latest=true')).to.deep.equal(['1.10.0', '0.1.0'])
  })

  it('goes, alone or with others', async () => {
    const ids = []
    for (const version of ['1.0', '2.0', '3.0'])
      ids.push((await jsonOf(await push(body(version)))).Id)

    await server.ask('DELETE', `/${spaceId}/build-information/${ids[0]}`)
    await server.ask('DELETE', `/${spaceId}/build-information/bulk?ids=${ids[1]},unknown`)

    const { Items } = await server.ask<Page>('GET', `/${spaceId}/build-information`)
    const again = await server.send('DELETE', `/${spaceId}/build-information/${ids[0]}`)
    expect(Items.map(({ Id }) => Id)).to.deep.equal([ids[2]])
    expect(again.status).to.equal(404)
  })

  it('is told of many versions at once', async () => {
    await push(body('1.0.0'))
    await push(body('1.0.0', {}, 'Other'))

    const found = await server.bus.call('buildinformation.of', {
      spaceId,
      packages: [
        { PackageId: 'acme.web', Version: '1.0' },
        { PackageId: 'Acme.Web', Version: '2.0' },
      ],
    })

    expect(found.map(({ PackageId, Version }) => [PackageId, Version])).to.deep.equal([
      ['Acme.Web', '1.0.0'],
    ])
  })

  const faults: [what: string, body: object][] = [
    ['without a package', { Version: '1.0', OctopusBuildInformation: build }],
    ['of a version that is none', body('latest')],
    ['of a package id that is none', body('1.0', {}, '../web')],
    ['with nothing in it', { PackageId: 'A', Version: '1.0' }],
    ['with commits that are none', body('1.0', { Commits: [{ Comment: 'no id' }] })],
  ]
  for (const [what, of] of faults) {
    it(`is refused ${what}`, async () => {
      const response = await push(of)

      expect(response.status).to.equal(400)
      expect(await jsonOf(response)).to.have.property('Errors')
    })
  }
})
