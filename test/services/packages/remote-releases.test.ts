import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { ended, logOf } from '../../support/deploying.ts'
import { pushPackage } from '../../support/packages.ts'
import { stepOf } from '../../support/project.ts'
import { imported } from '../../support/remote.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { makeEnvironment, makeSpace } from '../../support/things.ts'

describe('A release of another space with a package', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  const content = 'the content of the package'
  const digest = createHash('sha256').update(content).digest('hex')
  const step = stepOf({
    ...{ name: 'Unpack', script: 'echo "unpacked"' },
    packages: [{ Name: 'Tools', PackageId: 'Tools', Properties: { Extract: 'False' } }],
  })
  const runWith = async (Sha256: string) => {
    const environment = await makeEnvironment(server.bus, spaceId)
    await pushPackage(server, spaceId, 'Tools.1.0.0.zip', content)
    const selected = { ActionName: 'Unpack', StepName: 'Unpack', PackageReferenceName: 'Tools' }
    const { release } = await imported(server.bus, spaceId, {
      steps: [step],
      release: { SelectedPackages: [{ ...selected, Version: '1.0.0', Sha256 }] },
    })
    const deployment = await server.ask('POST', `/${spaceId}/deployments`, {
      ReleaseId: release.Id,
      EnvironmentId: environment.Id,
    })
    const taskId = String(deployment.TaskId)
    return { task: await ended(server, taskId), log: await logOf(server, taskId) }
  }

  it('runs with the file that it was imported with', async () => {
    const { task, log } = await runWith(digest)

    expect(task.State, log).to.equal('Success')
    expect(log).to.include('unpacked')
  })

  it('runs with no other file of that version, and says both digests', async () => {
    const other = 'a'.repeat(64)

    const { task, log } = await runWith(other)

    expect(task.State).to.equal('Failed')
    expect(log).to.include('PackageDigestMismatch').and.include(digest).and.include(other)
    expect(log).not.to.include('unpacked')
  })
})
