/** What a build server does, told by the published client alone, as it is on npm. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BuildInformationRepository,
  type Client,
  OverwriteMode,
  PackageIdentity,
  PackageRepository,
  type Space,
  ZipPackageBuilder,
} from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { connect, newSpace } from './story.ts'

describe('With the published client, a build server', () => {
  let server: TestServer
  let client: Client
  let folder: string
  let space: Space
  let packages: PackageRepository

  before(async () => {
    server = await startServer()
    client = await connect(server)
    folder = await mkdtemp(join(tmpdir(), 'tako-packages-'))
  })
  beforeEach(async () => {
    space = await newSpace(client)
    packages = new PackageRepository(client, space.Name)
  })
  after(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  async function fileOf(name: string, content = name): Promise<string> {
    const path = join(folder, name)
    await writeFile(path, content)
    return path
  }
  const idsIn = async (args: Parameters<PackageRepository['list']>[0]) => {
    const { Items } = await packages.list(args)
    return Items.map(({ Id }) => Id)
  }

  it('packs a package and pushes it', async () => {
    await writeFile(join(folder, 'hello.txt'), 'Hello')
    const name = await new ZipPackageBuilder().pack({
      packageId: 'Hello',
      version: '1.0.0',
      basePath: folder,
      inputFilePatterns: ['hello.txt'],
      outputFolder: folder,
      logger: {},
    })

    await packages.push([join(folder, name)])

    const [found] = (await packages.list({ filter: 'Hello' })).Items
    expect(found).to.include({ PackageId: 'Hello', Version: '1.0.0', FileExtension: '.zip' })
    expect(await packages.get(found?.Id ?? '')).to.deep.equal(found)
  })

  it('pushes several at once', async () => {
    const files = await Promise.all(
      ['A.1.0.zip', 'A.2.0.zip', 'B.1.0.tar.gz'].map((name) => fileOf(name)),
    )

    await packages.push(files)

    expect(await idsIn({})).to.deep.equal(['packages-A.2.0', 'packages-A.1.0', 'packages-B.1.0'])
    expect(await idsIn({ latest: true })).to.deep.equal(['packages-A.2.0', 'packages-B.1.0'])
    expect(await idsIn({ nuGetPackageId: 'A', take: 1 })).to.deep.equal(['packages-A.2.0'])
  })

  it('is told that a package is there, unless it does not mind', async () => {
    const file = await fileOf('Hello.1.0.0.zip', 'first')
    await packages.push([file])
    await fileOf('Hello.1.0.0.zip', 'second, and longer')

    const refused = await packages.push([file]).catch((error: Error) => error)
    await packages.push([file], OverwriteMode.IgnoreIfExists)
    const [kept] = (await packages.list({})).Items
    await packages.push([file], OverwriteMode.OverwriteExisting)
    const [replaced] = (await packages.list({})).Items

    expect(String(refused)).to.contain('A package with the same name and version already exists')
    expect(kept).to.include({ PackageSizeBytes: 5 })
    expect(replaced).to.include({ PackageSizeBytes: 18 })
  })

  it('tells what a package was built from', async () => {
    await packages.push([await fileOf('Hello.1.0.0.zip')])
    const builds = new BuildInformationRepository(client, space.Name)
    const push = (mode?: OverwriteMode) =>
      builds.push(
        {
          spaceName: space.Name,
          BuildEnvironment: 'GitHub Actions',
          BuildNumber: '288',
          BuildUrl: 'https://build.example/288',
          Branch: 'main',
          VcsType: 'Git',
          VcsRoot: 'https://github.com/acme/web',
          VcsCommitNumber: '314cf2c',
          Packages: [new PackageIdentity('Hello', '1.0.0'), new PackageIdentity('Other', '2.0')],
          Commits: [{ Id: '314cf2c', Comment: 'Show the price' }],
        },
        mode,
      )

    await push()
    const again = await push().catch((error: Error) => error)
    await push(OverwriteMode.OverwriteExisting)

    const [found] = (await packages.list({})).Items
    expect(found?.PackageVersionBuildInformation).to.include({
      VcsCommitNumber: '314cf2c',
      VcsCommitUrl: 'https://github.com/acme/web/commit/314cf2c',
    })
    expect(String(again)).to.contain(
      'Metadata for the specified Package ID and version already exists.',
    )
  })
})
