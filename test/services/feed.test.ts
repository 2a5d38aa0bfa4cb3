import { expect } from 'chai'
import { config } from '#config'
import { pushFile, pushPackage } from '../support/packages.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { faultsOf, makeSpace, refusal } from '../support/things.ts'

interface Page {
  Items: Record<string, unknown>[]
  TotalResults: number
  Links: Record<string, string>
}

const versions = ['1.0.0', '1.2.0', '1.10.0', '2.0.0-beta.2', '2.0.0-beta.10', '2.0.0-rc.1']

describe('The built-in feed', () => {
  let server: TestServer
  let spaceId: string
  let feedId: string
  const inFeed = (path: string) =>
    server.ask<Page>('GET', `/${spaceId}/feeds/${feedId}/packages/${path}`)
  const versionsBy = async (query: string) => {
    const { Items } = await inFeed(`versions?packageId=Acme.Web${query}`)
    return Items.map(({ Version }) => Version)
  }

  before(async () => {
    server = await startServer()
    spaceId = await makeSpace(server.bus)
    feedId = (await server.bus.call('feeds.builtin', { spaceId })).Id
    for (const version of versions) await pushPackage(server, spaceId, `Acme.Web.${version}.zip`)
    await pushPackage(server, spaceId, 'Acme.Database.0.1.0.nupkg')
    await pushPackage(server, spaceId, 'Zebra.1.0.0-alpha.tar.gz')
  })
  after(() => server.stop())

  describe('lists', () => {
    const idsOf = async (query: string) => {
      const { Items } = await server.ask<Page>('GET', `/${spaceId}/packages${query}`)
      return Items.map(({ PackageId, Version }) => `${PackageId} ${Version}`)
    }

    it('its packages by id, the latest version of each first', async () => {
      expect(await idsOf('')).to.deep.equal([
        'Acme.Database 0.1.0',
        'Acme.Web 2.0.0-rc.1',
        'Acme.Web 2.0.0-beta.10',
        'Acme.Web 2.0.0-beta.2',
        'Acme.Web 1.10.0',
        'Acme.Web 1.2.0',
        'Acme.Web 1.0.0',
        'Zebra 1.0.0-alpha',
      ])
    })

    it('those whose id has a part, or is one', async () => {
      expect(await idsOf('?filter=ZEB')).to.deep.equal(['Zebra 1.0.0-alpha'])
      expect(await idsOf('?nuGetPackageId=acme.database')).to.deep.equal(['Acme.Database 0.1.0'])
      expect(await idsOf('?nuGetPackageId=acme')).to.deep.equal([])
    })

    it('the latest of each alone', async () => {
      expect(await idsOf('?latest=true')).to.deep.equal([
        'Acme.Database 0.1.0',
        'Acme.Web 2.0.0-rc.1',
        'Zebra 1.0.0-alpha',
      ])
    })

    it('them page by page', async () => {
      const page = await server.ask<Page>('GET', `/${spaceId}/packages?filter=web&skip=2&take=2`)

      expect(page.TotalResults).to.equal(6)
      expect(page.Items.map(({ Version }) => Version)).to.deep.equal(['2.0.0-beta.2', '1.10.0'])
      expect(page.Links['Page.Next']).to.equal(`/api/${spaceId}/packages?skip=4&take=2&filter=web`)
    })
  })

  it('finds packages by a part of their id, each once', async () => {
    const all = await inFeed('search')
    const some = await inFeed('search?term=acme')
    const none = await inFeed('search?term=nothing')

    expect(all.TotalResults).to.equal(3)
    expect(some.Items.map(({ Id, LatestVersion }) => [Id, LatestVersion])).to.deep.equal([
      ['Acme.Database', '0.1.0'],
      ['Acme.Web', '2.0.0-rc.1'],
    ])
    expect(none.Items).to.deep.equal([])
  })

  it('is known by one id in every space', async () => {
    const { Items } = await server.ask<Page>(
      'GET',
      `/${spaceId}/feeds/feeds-builtin/packages/search?term=zebra`,
    )
    const unknown = await server.send('GET', `/${spaceId}/feeds/Feeds-none/packages/search`)

    expect(Items[0]).to.include({ Id: 'Zebra', FeedId: feedId })
    expect(unknown.status).to.equal(404)
  })

  it('gives the versions of a package, the latest first', async () => {
    const { Items, TotalResults } = await inFeed('versions?packageId=acme.web&take=1')

    expect(await versionsBy('')).to.deep.equal(versions.toReversed())
    expect(TotalResults).to.equal(6)
    expect(Items[0]).to.include({
      PackageId: 'Acme.Web',
      FeedId: feedId,
      Version: '2.0.0-rc.1',
      Title: 'Acme.Web',
      SizeBytes: 'The content of Acme.Web.2.0.0-rc.1.zip'.length,
    })
  })

  const narrowings: [query: string, wanted: string[]][] = [
    ['&includePreRelease=false', ['1.10.0', '1.2.0', '1.0.0']],
    ['&versionRange=[1.1,2.0)', ['2.0.0-rc.1', '2.0.0-beta.10', '2.0.0-beta.2', '1.10.0', '1.2.0']],
    ['&versionRange=[1.1,2.0)&includePreRelease=false', ['1.10.0', '1.2.0']],
    ['&preReleaseTag=^beta', ['2.0.0-beta.10', '2.0.0-beta.2']],
    ['&preReleaseTag=^beta&skip=1&take=1', ['2.0.0-beta.2']],
    ['&preReleaseTag=^$', ['1.10.0', '1.2.0', '1.0.0']],
    ['&filter=BETA', ['2.0.0-beta.10', '2.0.0-beta.2']],
  ]
  for (const [query, wanted] of narrowings) {
    it(`gives of them only those of ${query}`, async () => {
      expect(await versionsBy(encodeURI(query).replace('^', '%5E'))).to.deep.equal(wanted)
    })
  }

  it('says what is no range and no pattern', async () => {
    const of = `/${spaceId}/feeds/${feedId}/packages/versions?packageId=Acme.Web`
    const answers = await Promise.all(
      ['&versionRange=[x', '&preReleaseTag=(', ''].map((query) => server.send('GET', of + query)),
    )
    const without = await server.send('GET', of.split('?')[0] ?? '')

    expect(answers.map(({ status }) => status)).to.deep.equal([400, 400, 200])
    expect(without.status).to.equal(400)
  })

  it('answers for the notes of versions, also of those that it has not', async () => {
    interface Notes {
      Packages: { PackageId: string; Version: string; Notes: { Succeeded: boolean } }[]
    }
    const { Packages } = await server.ask<Notes>(
      'GET',
      `/${spaceId}/packages/notes?packageIds=Acme.Web.1.2.0,packages-Zebra.9.9.9`,
    )
    const one = await server.ask<Notes['Packages'][0]>(
      'GET',
      `/${spaceId}/feeds/${feedId}/packages/notes?packageId=zebra&version=1.0-alpha`,
    )

    expect(Packages[0]).to.include({ PackageId: 'Acme.Web', Version: '1.2.0' })
    expect(Packages.map(({ Notes }) => Notes.Succeeded)).to.deep.equal([true, false])
    expect(one).to.include({ PackageId: 'Zebra', Version: '1.0.0-alpha' })
  })

  describe('chooses', () => {
    it('the version that fits, for many wishes at once and in their order', async () => {
      const web = { PackageId: 'acme.WEB' }

      const chosen = await server.bus.call('packages.resolve', {
        spaceId,
        wishes: [
          { ...web },
          { ...web, IncludePreRelease: false },
          { ...web, Tag: '^$' },
          { ...web, Tag: '^beta' },
          { ...web, VersionRange: '[1.0,1.10)' },
          { ...web, VersionRange: '[2.0,3.0]' },
          { ...web, VersionRange: '[1.0,3.0]', Tag: '^$' },
          { ...web, Version: '1.2' },
          { ...web, Version: '7.0' },
          { PackageId: 'Nothing' },
          { PackageId: 'Zebra', IncludePreRelease: false },
        ],
      })

      expect(chosen.map((one) => one?.Version)).to.deep.equal([
        ...['2.0.0-rc.1', '1.10.0', '1.10.0', '2.0.0-beta.10', '1.2.0', undefined],
        ...['1.10.0', '1.2.0', undefined, undefined, undefined],
      ])
      expect(chosen[0]).to.deep.equal({ PackageId: 'Acme.Web', Version: '2.0.0-rc.1' })
    })

    it('nothing for a rule that is none', async () => {
      const error = await refusal(
        server.bus.call('packages.resolve', {
          spaceId,
          wishes: [{ PackageId: 'Acme.Web', VersionRange: 'from 1.0 on' }],
        }),
      )

      expect(faultsOf(error).join()).to.contain("'from 1.0 on' is no range")
    })

    it('another latest version when that one goes, and the next when it comes', async () => {
      const latest = async () => {
        const [found] = await server.bus.call('packages.resolve', {
          spaceId,
          wishes: [{ PackageId: 'Moving' }],
        })
        return found?.Version
      }
      await pushPackage(server, spaceId, 'Moving.1.0.0.zip')
      const { Id } = await pushPackage(server, spaceId, 'Moving.3.0.0.zip')
      const seen = [await latest()]

      await server.ask('DELETE', `/${spaceId}/packages/${Id}`)
      seen.push(await latest())
      await Promise.all(
        ['2.0.0', '2.2.0', '2.1.0'].map((version) =>
          pushPackage(server, spaceId, `Moving.${version}.zip`),
        ),
      )
      seen.push(await latest())
      const { Items } = await server.ask<Page>('GET', `/${spaceId}/packages?filter=moving`)
      await server.ask('DELETE', `/${spaceId}/packages/bulk?ids=${Items.map((one) => one.Id)}`)
      seen.push(await latest())

      expect(seen).to.deep.equal(['3.0.0', '1.0.0', '2.2.0', undefined])
      expect((await inFeed('search?term=moving')).Items).to.deep.equal([])
    })
  })

  it('tells workers the file of each version, and which file has a digest', async () => {
    const { bus } = server
    const packages = [
      { PackageId: 'Zebra', Version: '1.0-alpha' },
      { PackageId: 'Zebra', Version: '2.0' },
    ]

    const [zebra, none] = await bus.call('packages.toRun', { spaceId, packages })

    expect(none).to.equal(null)
    expect(zebra).to.include({ PackageId: 'Zebra', Version: '1.0.0-alpha', Size: 39 })
    expect(zebra?.FileExtension).to.equal('.tar.gz')
    const of = { sha256: zebra?.Sha256 ?? '' }
    const found = await bus.call('packages.blob', { spaceId, ...of })
    expect(found).to.deep.equal({ BlobName: zebra?.BlobName, Size: 39 })
    expect(await bus.call('packages.blob', { spaceId: 'Spaces-1', ...of })).to.equal(null)
  })

  describe('lets', () => {
    /** The key of somebody who has one role in the space. */
    async function keyWith(role: string): Promise<string> {
      const Username = `with-${role}-${Date.now()}`
      const user = await server.ask('POST', '/users', { Username, Password: 'Password01!' })
      const { ApiKey } = await server.ask('POST', `/users/${user.Id}/apikeys`, { Purpose: 'test' })
      const team = await server.ask('POST', `/${spaceId}/teams`, {
        Name: Username,
        MemberUserIds: [user.Id],
        SpaceId: spaceId,
      })
      await server.ask('POST', `/${spaceId}/scopeduserroles`, {
        TeamId: team.Id,
        UserRoleId: `userroles-${role}`,
        SpaceId: spaceId,
      })
      return String(ApiKey)
    }

    it('a build server push, and replace nothing', async () => {
      const key = await keyWith('buildserver')
      const push = (query = '') =>
        pushFile(server, { spaceId, fileName: 'Built.1.0.0.zip', content: 'x', key, query })

      const answers = [await push(), await push('?replace=true')]
      const { status } = await server.send(
        'DELETE',
        `/${spaceId}/packages/packages-Built.1.0.0`,
        undefined,
        key,
      )

      expect(answers.map((answer) => answer.status)).to.deep.equal([201, 403])
      expect(status).to.equal(403)
      expect(await answers[1]?.json()).to.have.property(
        'ErrorMessage',
        'You need the permission BuiltInFeedAdminister.',
      )
    })

    it('who may only look see packages, and get no file', async () => {
      const key = await keyWith('projectcontributor')
      const of = `/${spaceId}/packages/packages-Zebra.1.0.0-alpha`

      const answers = await Promise.all(
        [of, `${of}/raw`].map((path) => server.send('GET', path, undefined, key)),
      )
      const push = await pushFile(server, { spaceId, fileName: 'A.1.0.zip', content: 'x', key })

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 403])
      expect(push.status).to.equal(403)
    })

    it('nobody do anything', async () => {
      const push = await pushFile(server, {
        ...{ spaceId, fileName: 'A.1.0.zip', content: 'x' },
        key: `${config.adminApiKey}X`,
      })

      expect(push.status).to.equal(401)
    })
  })
})
