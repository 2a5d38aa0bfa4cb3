import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Party, signed } from '#bus/messages.ts'
import { config } from '#config'
import { processOf } from '../../../services/worker/process-table.ts'
import { type Packed, zipOf } from '../../support/archives.ts'
import { ended, logOf, projectIn, says } from '../../support/deploying.ts'
import { pushFile } from '../../support/packages.ts'
import type { TestStep } from '../../support/project.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { makeSpace } from '../../support/things.ts'

interface Artifact {
  Id: string
  Filename: string
  Source: string
  LogCorrelationId: string
  SizeBytes: number
}

describe('Steps with packages', () => {
  let server: TestServer
  let space = ''
  let root = ''

  before(async () => {
    server = await startServer()
    root = mkdtempSync(join(tmpdir(), 'tako-deployed-'))
  })
  // Each its own: environments of one space open one after the other.
  beforeEach(async () => {
    space = await makeSpace(server.bus)
  })
  after(async () => {
    await server.stop()
    rmSync(root, { recursive: true, force: true })
  })

  async function push(fileName: string, ...files: Packed[]) {
    const content = new Uint8Array(await zipOf(...files))
    const response = await pushFile(server, { spaceId: space, fileName, content })
    expect(response.status, await response.text()).to.equal(201)
    return createHash('sha256').update(content).digest('hex')
  }
  const projectWith = (...steps: TestStep[]) => projectIn(server, { steps, space })
  const deployOf = (PackageId: string, properties: Record<string, string> = {}): TestStep => ({
    ...{ name: `Deploy ${PackageId}`, script: '', type: 'Octopus.TentaclePackage' },
    packages: [{ Name: '', PackageId }],
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [`Octopus.Action.${name}`, value]),
    ),
  })

  it('deploy a package with all that the step says', async () => {
    await push(
      'Web.1.0.0.zip',
      { name: 'Deploy.sh', content: 'echo "deployed $(cat a.json)"' },
      { name: 'a.json', content: '{"db": {"host": "x"}}' },
      { name: 'a.txt', content: 'secret: #{Password}' },
    )
    const folder = join(root, 'web')
    const web = deployOf('Web', {
      EnabledFeatures: [
        'CustomDirectory',
        'CustomScripts',
        'JsonConfigurationVariables',
        'SubstituteInFiles',
      ]
        .map((name) => `Octopus.Features.${name}`)
        .join(','),
      'SubstituteInFiles.TargetFiles': '*.txt',
      'Package.JsonConfigurationVariablesTargets': 'a.json',
      'Package.CustomInstallationDirectory': `${root}/#{Folder}`,
      'CustomScripts.PostDeploy.sh':
        'cat a.txt; set_octopusvariable Done "#{Octopus.Action.Package.PackageVersion}"',
    })
    const after = {
      name: 'After',
      script:
        'echo "#{Octopus.Action[Deploy Web].Output.Done} in #{Octopus.Action[Deploy Web].Output.Package.InstallationDirectoryPath} of #{Octopus.Action[Deploy Web].Package.PackageId}"',
    }
    const { run, setVariables } = await projectWith(web, after)
    await setVariables(
      { Name: 'db:host', Value: 'db.example.com' },
      { Name: 'Folder', Value: 'web' },
      { Name: 'Password', Value: 'very-secret', Type: 'Sensitive', IsSensitive: true },
    )

    const { task, log } = await run()

    expect(task.State, log).to.equal('Success')
    expect(log).to.include('deployed {"db": {"host": "db.example.com"}}')
    expect(log).to.include('secret: ********').and.not.include('very-secret')
    expect(log).to.include(`1.0.0 in ${folder} of Web`)
    expect(readdirSync(folder).sort()).to.deep.equal(['a.json', 'a.txt'])
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).to.equal('secret: very-secret')
  })

  it('run scripts beside packages, and files of packages', async () => {
    await push('Tools.2.0.0.zip', {
      name: 'tool.sh',
      content: 'echo "tool says $1"',
      mode: 0o100755,
    })
    const beside = {
      name: 'Beside',
      script: 'bash "#{Octopus.Action.Package[tools].ExtractedPath}/tool.sh" beside',
      packages: [{ Name: 'tools', PackageId: 'Tools', Properties: { Extract: 'True' } }],
    }
    const inside = {
      name: 'Inside',
      script: '',
      packages: [{ Name: '', PackageId: 'Tools' }],
      properties: {
        'Octopus.Action.Script.ScriptSource': 'Package',
        'Octopus.Action.Script.ScriptFileName': 'tool.sh',
        'Octopus.Action.Script.ScriptParameters': 'inside',
      },
    }
    const { run } = await projectWith(beside, inside)

    const { task, log } = await run()

    expect(task.State, log).to.equal('Success')
    expect(log).to.include('tool says beside').and.include('tool says inside')
    expect(log)
      .to.match(/Tools 2.0.0 was fetched/)
      .and.match(/Tools 2.0.0 is in the worker's cache/)
  })

  it('fail with what they lack', async () => {
    await push('Gone.1.0.0.zip', { name: 'a' })
    const nameless = {
      ...{ name: 'No file', script: '', packages: [{ Name: '', PackageId: 'Gone' }] },
      properties: { 'Octopus.Action.Script.ScriptSource': 'Package' },
    }
    const always = { condition: 'Always' }
    const { run, release } = await projectWith(
      nameless,
      { ...deployOf('Nothing'), packages: [], ...always },
      { ...deployOf('Gone'), ...always },
    )
    const made = await release()

    const first = await run({ release: made })
    await server.send('DELETE', `/${space}/packages/packages-Gone.1.0.0`)
    const second = await run({ release: made })

    expect([first, second].map(({ task }) => task.State)).to.deep.equal(['Failed', 'Failed'])
    expect(first.log).to.include('does not say which file of its package the script is')
    expect(first.log).to.include('The step has no package to deploy').and.include('is deployed')
    expect(second.log).to.include("The package 'Gone' 1.0.0 is not in the built-in feed any more")
  })

  it('leave artifacts at the server, and warn of those that are not there', async () => {
    const { run } = await projectWith({
      name: 'Report',
      script: 'echo result > r.txt; new_octopusartifact r.txt; new_octopusartifact missing.txt',
    })

    const { task, log } = await run()

    expect(task.State, log).to.equal('Success')
    expect(task.HasWarningsOrErrors).to.equal(true)
    expect(log).to.match(/'missing.txt' was not kept: there is no file .*missing.txt/)
    const { Items } = await server.ask<{ Items: Artifact[] }>(
      'GET',
      `/${space}/artifacts?regarding=${task.Id}`,
    )
    expect(
      Items.map(({ Filename, Source, SizeBytes }) => [Filename, Source, SizeBytes]),
    ).to.deep.equal([['r.txt', 'Report', 7]])
    const content = await server.send('GET', `/${space}/artifacts/${Items[0]?.Id}/content`)
    expect(await content.text()).to.equal('result\n')
    const { ActivityLogs } = await server.ask<{ ActivityLogs: Activity[] }>(
      'GET',
      `/tasks/${task.Id}/details`,
    )
    expect(idsIn(ActivityLogs)).to.include(Items[0]?.LogCorrelationId)
  })

  it('end with all that they have started when they are cancelled', async () => {
    await push('Held.1.0.0.zip', { name: 'Deploy.sh', content: 'echo pid $$ pid; exec sleep 600' })
    const { deploy } = await projectWith(deployOf('Held'))
    const { taskId } = await deploy()
    await says(server, taskId, 'pid')
    const pid = Number(/pid (\d+) pid/.exec(await logOf(server, taskId))?.[1])

    await server.ask('POST', `/tasks/${taskId}/cancel`)

    expect((await ended(server, taskId)).State).to.equal('Canceled')
    expect(processOf(pid)).to.equal(null)
  })

  describe('while they run', () => {
    let taskId = ''
    let digest = ''
    let flag = ''
    /** What the server signs for the run. */
    const tokenOf = (runId: string, ...packages: string[]) => {
      const { workers } = server.broker.getLocalService('scheduler') as unknown as {
        workers: { server: Party }
      }
      return signed('download', { runId, spaceId: space, packages }, workers.server)
    }
    const ask = (path: string, token: string, init: RequestInit = {}) =>
      fetch(`${server.url}/runs/${path}`, {
        ...init,
        headers: { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) },
      })
    const bring = (name: string, token: string, body: string | Uint8Array<ArrayBuffer> = 'x') =>
      ask(`${taskId}.1.1/artifacts/${name}`, token, { method: 'PUT', body })

    beforeEach(async () => {
      flag = join(root, randomUUID())
      digest = await push('Held.1.0.0.zip', { name: 'a', content: flag })
      const { deploy } = await projectWith({
        name: 'Hold',
        script: `echo holding; until test -e ${flag}; do sleep 0.05; done`,
        packages: [{ Name: 'held', PackageId: 'Held' }],
      })
      taskId = (await deploy()).taskId
      await says(server, taskId, 'holding')
    })
    afterEach(async () => {
      writeFileSync(flag, '')
      expect((await ended(server, taskId)).State).to.equal('Success')
    })

    it('have their packages, whole and in parts', async () => {
      const token = await tokenOf(`${taskId}.1.1`, digest)
      const path = `${taskId}.1.1/packages/${digest}`

      const whole = await ask(path, token)
      const part = await ask(path, token, {
        headers: { range: 'bytes=10-', 'if-range': `"${digest}"` },
      })

      const bytes = Buffer.from(await whole.arrayBuffer())
      expect(createHash('sha256').update(bytes).digest('hex')).to.equal(digest)
      expect([whole.status, part.status]).to.deep.equal([200, 206])
      expect(whole.headers.get('etag')).to.equal(`"${digest}"`)
      expect(Buffer.from(await part.arrayBuffer())).to.deep.equal(bytes.subarray(10))
    })

    it('go on when their worker dies', async () => {
      const { workerPid } = await server.bus.call('scheduler.status', {})

      process.kill(workerPid ?? 0, 'SIGKILL')
      writeFileSync(flag, '')

      const { State } = await ended(server, taskId)
      const log = await logOf(server, taskId)
      expect(State, log).to.equal('Success')
      expect(log.match(/ holding$/gm), log).to.have.length(1)
    })

    it('take artifacts by plain names, and in their size', async () => {
      const token = await tokenOf(`${taskId}.1.1`)
      const limit = config.artifactMegabytes
      config.artifactMegabytes = 1
      try {
        const [good, slashed, large] = await Promise.all([
          bring('a%20b.txt', token),
          bring('..%2Fa', token),
          bring('large', token, new Uint8Array(1024 ** 2 + 1)),
        ])

        expect([good.status, slashed.status, large.status]).to.deep.equal([200, 400, 413])
        expect(await good.json()).to.include({ Filename: 'a b.txt', SizeBytes: 1 })
        const { Items } = await server.ask<{ Items: Artifact[] }>('GET', `/${space}/artifacts`)
        expect(Items.map(({ Filename }) => Filename)).to.deep.equal(['a b.txt'])
      } finally {
        config.artifactMegabytes = limit
      }
    })

    it('let nobody fetch or bring by another token, nor more than it allows', async () => {
      const own = `${taskId}.1.1`
      const wrong = [
        ...['', 'nonsense', config.adminApiKey ?? ''],
        await tokenOf(`${taskId}.1.2`, digest),
        await tokenOf('ServerTasks-none.1.1', digest),
      ]

      const refused = await Promise.all(
        wrong.map(async (token) => {
          const [get, put] = [ask(`${own}/packages/${digest}`, token), bring('a', token)]
          return [(await get).status, (await put).status]
        }),
      )
      const other = await ask(`${own}/packages/${digest}`, await tokenOf(own))
      const elsewhere = await ask(`${taskId}.1.2/packages/${digest}`, await tokenOf(own, digest))
      const body = await (await ask(`${own}/packages/${digest}`, '')).json()

      expect(refused).to.deep.equal(wrong.map(() => [401, 401]))
      expect([other.status, elsewhere.status]).to.deep.equal([404, 401])
      expect(body).to.have.property('ErrorMessage')
    })

    it('have nothing any more when they have ended', async () => {
      const token = await tokenOf(`${taskId}.1.1`, digest)
      writeFileSync(flag, '')
      await ended(server, taskId)

      const answers = [ask(`${taskId}.1.1/packages/${digest}`, token), bring('a', token)]

      expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal([401, 401])
    })
  })
})

interface Activity {
  Id: string
  Children: Activity[]
}
const idsIn = (activities: Activity[]): string[] =>
  activities.flatMap(({ Id, Children }) => [Id, ...idsIn(Children)])
