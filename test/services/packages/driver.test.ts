import { execFileSync } from 'node:child_process'
import { randomBytes, X509Certificate } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { PackageDeployment } from '#bus/orders.ts'
import { tgzOf, zipOf } from '../../support/archives.ts'
import {
  type Driving,
  driverHome,
  type FileServer,
  offer,
  startFileServer,
  variablesOf,
} from '../../support/driver.ts'
import { until } from '../../support/until.ts'

describe('A run with packages', () => {
  let server: FileServer
  let driving: Driving

  before(async () => {
    server = await startFileServer()
  })
  after(() => server.stop())
  beforeEach(() => {
    driving = driverHome(server)
    server.asked.length = 0
    server.files.clear()
    server.hook.answer = () => false
  })
  afterEach(() => driving.remove())

  const cached = () => readdirSync(join(driving.home, 'packages'))

  it('has its packages unpacked or as they are, and tells its script where', async () => {
    const tools = offer(server, await tgzOf({ name: 'bin/tool', content: 'T', mode: 0o755 }), {
      ...{ name: 'tools', packageId: 'Tools', version: '2.0', fileExtension: '.tar.gz' },
    })
    const raw = offer(server, await zipOf({ name: 'x' }), {
      name: 'raw',
      packageId: 'Raw',
      extract: false,
    })

    const { code, output, workFolder } = await driving.run({
      packages: [tools, raw],
      variables: variablesOf({ Where: 'in #{Octopus.Action.Package[tools].ExtractedPath}/bin' }),
      body: [
        'cat tools/bin/tool; test -x tools/bin/tool && ls -1; get_octopusvariable Where; echo',
        'echo #{Octopus.Action.Package[raw].PackageFilePath} "$1"',
        'get_octopusvariable "Octopus.Action.Package[raw].PackageFileName"',
      ].join('\n'),
      parameters: '"#{Octopus.Action.Package[tools].ExtractedPath}"',
    })

    expect(code, output).to.equal(0)
    expect(output).to.include('Traw.zip\ntools\n')
    expect(output).to.include(`in ${workFolder}/tools/bin\n`)
    expect(output).to.include(`${workFolder}/raw.zip ${workFolder}/tools\nraw.zip`)
    expect(output).to.match(/Tools 2.0 was fetched: \d+ bytes/)
  })

  it('fetches a package once, and takes it from the cache then', async () => {
    const web = offer(server, await zipOf({ name: 'a', content: 'x' }))

    await driving.run({ packages: [web] })
    const second = await driving.run({ packages: [web], body: 'cat package/a' })

    expect(second.output)
      .to.match(/is in the worker's cache/)
      .and.match(/^x$/m)
    expect(server.asked).to.have.length(1)
    expect(cached()).to.deep.equal([`${web.sha256}.zip`])
  })

  it('fetches anew what is asked to be, and what is broken in the cache', async () => {
    const web = offer(server, await zipOf({ name: 'a', content: 'x' }))
    await driving.run({ packages: [web] })
    writeFileSync(join(driving.home, 'packages', `${web.sha256}.zip`), Buffer.alloc(web.size))

    const mended = await driving.run({ packages: [web] })
    const forced = await driving.run({
      packages: [web],
      variables: variablesOf({ 'Octopus.Deployment.ForcePackageDownload': 'True' }),
    })

    expect([mended.code, forced.code]).to.deep.equal([0, 0])
    expect(server.asked).to.have.length(3)
  })

  it('goes on where a download broke off', async () => {
    const content = randomBytes(300_000)
    const web = offer(server, await zipOf({ name: 'a', content }))
    const had = () => {
      const [run = ''] = readdirSync(join(driving.home, 'runs'))
      return statSync(join(driving.home, 'runs', run, 'packages/0/Acme.Web.1.0.0.zip')).size
    }
    server.hook.answer = ({ headers: { range = '0' } }, response) => {
      const start = Number(/\d+/.exec(range)?.[0])
      if (start === 200_000) return false
      const bytes = { 'content-range': `bytes ${start}-${web.size - 1}/${web.size}` }
      response.writeHead(start ? 206 : 200, start ? bytes : {})
      response.write(server.files.get(web.sha256)?.subarray(start, start + 100_000))
      until(() => had() === start + 100_000, 'it has what was sent').then(
        () => response.destroy(),
        (error) => response.end(String(error)),
      )
      return true
    }

    const { code, output } = await driving.run({ packages: [web], body: 'wc -c < package/a' })

    expect(code, output).to.equal(0)
    expect(output).to.include(`${content.length}\n`)
    const ranges = server.asked.map((line) => line.split(' ')[2])
    expect(ranges).to.deep.equal([undefined, 'bytes=100000-', 'bytes=200000-'])
    expect(output).to.match(/broke off at 97.7 KB of .*tried again in 0.5 s/)
  })

  it('refuses what has not the digest that the release names', async () => {
    const web = offer(server, await zipOf({ name: 'a', content: 'x' }))
    const other = Buffer.from(server.files.get(web.sha256) ?? '')
    other[20] = (other[20] ?? 0) ^ 1
    server.files.set(web.sha256, other)

    const { code, output, folder } = await driving.run({ packages: [web], body: 'echo ran' })

    expect(code).to.equal(1)
    expect(output)
      .to.match(/Acme.Web 1.0.0 could not be fetched: .* its digest differs/)
      .and.not.match(/ran/)
    expect(cached()).to.deep.equal([])
    expect(readdirSync(join(folder, 'packages/0'))).to.deep.equal([])
  })

  it('refuses what is larger or smaller than it was said to be', async () => {
    const web = offer(server, await zipOf({ name: 'a', content: 'x' }))

    const larger = await driving.run({ packages: [{ ...web, size: web.size - 1 }] })

    expect(larger.output).to.match(/more came than the file has/)
  })

  it('says what the server says when it refuses', async () => {
    const web = offer(server, await zipOf({ name: 'a' }))

    const files = { token: 'wrong', url: null, certificate: null }
    const refused = await driving.run({ packages: [web], files })
    const missing = await driving.run({ packages: [{ ...web, sha256: '0'.repeat(64) }] })

    expect(refused.output).to.include(
      'could not be fetched: the server answered 401: The token is "wrong".',
    )
    expect(missing.output).to.include('the server answered 404.')
    expect(server.asked).to.have.length(2)
  })

  it('does not send its token in the clear to another machine', async () => {
    const web = offer(server, await zipOf({ name: 'a' }))

    const { code, output } = await driving.run({
      packages: [web],
      files: { token: 'right', url: 'http://tako.invalid', certificate: null },
    })

    expect(code).to.equal(1)
    expect(output).to.match(/not HTTPS.*--allow-plain-http/)
  })

  it('believes the certificate that it was told, and no other', async () => {
    const tls = certificate()
    const secure = await startFileServer(tls)
    try {
      const web = offer(secure, await zipOf({ name: 'a' }))
      const fetch = (certificate: string | null) =>
        driving.run({
          packages: [web],
          files: { token: 'right', url: secure.address, certificate },
        })

      const pinned = await fetch(
        new X509Certificate(tls.cert).fingerprint256.replaceAll(':', '').toLowerCase(),
      )
      rmSync(join(driving.home, 'packages'), { recursive: true })
      const other = await fetch('0'.repeat(64))
      const none = await fetch(null)

      expect(pinned.code, pinned.output).to.equal(0)
      expect(other.output).to.match(/another certificate than it should/)
      expect(none.output).to.match(/self-signed certificate/)
      expect(secure.asked).to.have.length(1)
    } finally {
      await secure.stop()
    }
  })

  it('refuses a package that the disk has no room for, before it is fetched', async () => {
    const web = offer(server, await zipOf({ name: 'a' }))

    const { code, output } = await driving.run({ packages: [{ ...web, size: 2 ** 52 }] })

    expect(code).to.equal(1)
    expect(output).to.match(
      /The disk of the worker has no room for Acme.Web 1.0.0: it needs 4096 TB/,
    )
    expect(server.asked).to.deep.equal([])
  })

  it('refuses an evil package and leaves nothing of it', async () => {
    const web = offer(server, await zipOf({ name: '../../../evil', content: 'x' }))

    const { code, output, workFolder } = await driving.run({ packages: [web], body: 'echo ran' })

    expect(code).to.equal(1)
    expect(output).to.match(/Acme.Web 1.0.0 was not unpacked. .*invalid relative path|leads out/)
    expect(readdirSync(workFolder)).to.deep.equal([])
    expect(existsSync(join(driving.home, 'evil'))).to.equal(false)
  })

  it('runs a script of a package, where it is', async () => {
    const web = offer(
      server,
      await zipOf(
        {
          name: 'tools/run.py',
          content:
            'print(get_octopusvariable("Who"), open("beside.txt").read(), __import__("sys").argv[1:])',
        },
        { name: 'tools/beside.txt', content: 'beside' },
      ),
    )

    const { code, output, errors } = await driving.run({
      packages: [web],
      scriptFile: { package: '', path: 'tools/run.py' },
      parameters: 'a "b c"',
      variables: variablesOf({ Who: 'me' }),
    })

    expect(code, output + errors).to.equal(0)
    expect(output).to.include("me beside ['a', 'b c']")
  })

  it('says that a script is not in the package, or outside of it', async () => {
    const web = offer(server, await zipOf({ name: 'a.sh' }))
    const run = (path: string) =>
      driving.run({ packages: [web], scriptFile: { package: '', path } })

    expect((await run('b.sh')).output).to.match(/has no file 'b.sh'/)
    expect((await run('../../job.json')).output).to.match(/outside of its package|has no file/)
  })

  it('ends with the exit code of its script, and the reason that it gave', async () => {
    const web = offer(server, await zipOf({ name: 'a' }))

    const plain = await driving.run({ packages: [web], body: 'exit 7' })
    const told = await driving.run({ packages: [web], body: 'fail_step "no luck"' })

    expect(plain.code).to.equal(7)
    expect(plain.output).to.include('The script exited with code 7.')
    expect(told.output).to.include('no luck')
    expect(readdirSync(plain.folder)).not.to.include('job.json')
    expect(readdirSync(join(plain.folder, 'scripts'))).to.deep.equal([])
  })

  it('replaces variables in files of the packages where the step says so', async () => {
    const web = offer(
      server,
      await zipOf({ name: 'c.ini', content: 'who=#{Who}' }, { name: 'd.ini', content: '#{Who}' }),
    )

    const { output } = await driving.run({
      packages: [web],
      body: 'cat package/c.ini package/d.ini',
      variables: variablesOf({
        Who: 'me',
        'Octopus.Action.EnabledFeatures': 'Octopus.Features.SubstituteInFiles',
        'Octopus.Action.SubstituteInFiles.TargetFiles': 'c.*\nnone.*',
      }),
    })

    expect(output).to.include('who=me#{Who}').and.include("no file fits the pattern 'none.*'")
  })
})

describe('A package deployment', () => {
  let server: FileServer
  let driving: Driving
  let custom = ''

  before(async () => {
    server = await startFileServer()
  })
  after(() => server.stop())
  beforeEach(() => {
    driving = driverHome(server)
    custom = mkdtempSync(join(tmpdir(), 'tako-custom-'))
  })
  afterEach(() => {
    driving.remove()
    rmSync(custom, { recursive: true, force: true })
  })

  const deploy = (files: Parameters<typeof zipOf>, more: Deploying = {}) =>
    deployZip(zipOf(...files), more)
  interface Deploying {
    deployment?: Partial<PackageDeployment>
    variables?: Record<string, string>
    version?: string
  }
  async function deployZip(
    zip: Promise<Buffer>,
    { deployment, variables = {}, version = '1.0.0' }: Deploying,
  ) {
    const web = offer(server, await zip, { version })
    return driving.run({
      packages: [web],
      variables: variablesOf(variables),
      deployment: {
        ...{ substituteIn: [], structuredIn: [], runScripts: true, scripts: [] },
        ...{ customDirectory: null, purge: false, ...deployment },
      },
    })
  }
  const installed = (version = '1.0.0') =>
    join(driving.home, 'Applications/Production/Acme.Web', version)

  it('does all in the fixed order', async () => {
    const show = 'echo "$(pwd) $(cat a.txt) $(cat b.json)"'
    writeFileSync(join(custom, 'old'), 'old')

    const { code, output, errors } = await deploy(
      [
        { name: 'predeploy.sh', content: `echo PRE ${show.slice(5)}\r\n` },
        { name: 'Deploy.sh', content: 'echo DEPLOY "$(pwd) $(cat a.txt) $(cat b.json)"' },
        {
          name: 'PostDeploy.py',
          content:
            'print("POST", get_octopusvariable("Octopus.Action.Package.InstallationDirectoryPath"))',
        },
        { name: 'DeployFailed.sh', content: 'echo FAILED' },
        { name: 'a.txt', content: '#{Who}' },
        { name: 'b.json', content: '{"n": 1}' },
      ],
      {
        deployment: {
          substituteIn: ['a.txt'],
          structuredIn: ['*.json'],
          customDirectory: `${custom}/#{Octopus.Action.Package.PackageFileName}/..`,
          purge: true,
          scripts: [{ stage: 'Deploy', syntax: 'Bash', body: 'echo OWN "$(cat a.txt)"' }],
        },
        variables: { Who: 'me', N: '2' },
      },
    )

    expect(code, output + errors).to.equal(0)
    const lines = output.split('\n').filter((line) => /^(PRE|OWN|DEPLOY|POST|FAILED)/.test(line))
    expect(lines).to.deep.equal([
      `PRE ${installed()} #{Who} {"n": 1}`,
      'OWN me',
      `DEPLOY ${custom} me {"n": 2}`,
      `POST ${custom}`,
    ])
    expect(readdirSync(custom).sort()).to.deep.equal(['a.txt', 'b.json'])
    expect(readFileSync(join(installed(), 'a.txt'), 'utf8')).to.equal('me')
    expect(output).to.include(Buffer.from('Package.InstallationDirectoryPath').toString('base64'))
  })

  it('lets a script see what those before it have set', async () => {
    const { output } = await deploy([
      { name: 'PreDeploy.sh', content: 'set_octopusvariable Colour blue' },
      {
        name: 'Deploy.sh',
        content:
          'get_octopusvariable "Octopus.Action[Deploy web].Output.Colour"; get_octopusvariable colour',
      },
    ])

    expect(output).to.include('blueblue')
  })

  it('stops quietly when a script asks for it', async () => {
    const { code, output } = await deploy([
      {
        name: 'PreDeploy.sh',
        content: 'set_octopusvariable Octopus.Action.SkipRemainingConventions True',
      },
      { name: 'Deploy.sh', content: 'echo DEPLOYED' },
    ])

    expect(code).to.equal(0)
    expect(output).not.to.match(/^DEPLOYED/m)
  })

  it('runs DeployFailed when something fails, and fails with the first reason', async () => {
    const { code, output } = await deploy([
      { name: 'Deploy.sh', content: 'printf half; exit 3' },
      { name: 'PostDeploy.sh', content: 'echo POST' },
      { name: 'DeployFailed.sh', content: 'echo CLEANED; exit 9' },
    ])

    expect(code).to.equal(3)
    expect(output)
      .to.match(/^half$/m)
      .and.match(/^CLEANED$/m)
      .and.not.match(/^POST/m)
    expect(output.trim()).to.match(
      /Deploy.sh of the package exited with code 3.\n##octopus\[stdout-default\]$/,
    )
  })

  it('runs no scripts of the package where the step says so', async () => {
    const { output } = await deploy([{ name: 'Deploy.sh', content: 'echo DEPLOYED' }], {
      deployment: { runScripts: false },
    })

    expect(output).not.to.match(/^DEPLOYED/m)
    expect(existsSync(join(installed(), 'Deploy.sh'))).to.equal(true)
  })

  it('keeps the last three installations, each in a folder of its own', async () => {
    const versions = ['1.0.0', '1.0.0', '2.0.0', '3.0.0']
    for (const version of versions) await deploy([{ name: 'a', content: version }], { version })

    const left = readdirSync(join(installed(), '..')).filter((name) => name !== '.tako')
    expect(left).to.deep.equal(['1.0.0_1', '2.0.0', '3.0.0'])
  })

  it('does nothing for a version that is there, where the step says so', async () => {
    const variables = { 'Octopus.Action.Package.SkipIfAlreadyInstalled': 'True' }
    const files: Parameters<typeof zipOf> = [{ name: 'Deploy.sh', content: 'echo DEPLOYED' }]
    await deploy(files, { variables })

    const second = await deploy(files, { variables })
    const forced = await deploy(files, {
      variables: { ...variables, 'Octopus.Deployment.ForcePackageRedeployment': 'True' },
    })

    expect(forced.output).to.match(/^DEPLOYED/m)
    expect(second.code).to.equal(0)
    expect(second.output)
      .to.match(/installed already/)
      .and.not.match(/^DEPLOYED/m)
  })

  it('keeps the executable bit, and the encoding of what it changes', async () => {
    const { output } = await deploy(
      [
        { name: 'run', content: '#!/bin/sh\necho #{Who}', mode: 0o100755 },
        { name: 'bom.txt', content: Buffer.from('\ufeff#{Who}') },
        { name: 'binary', content: Buffer.from([0, 255, 35, 123]) },
      ],
      { deployment: { substituteIn: ['**/*'] }, variables: { Who: 'mé' } },
    )

    expect(statSync(join(installed(), 'run')).mode & 0o777).to.equal(0o755)
    expect(readFileSync(join(installed(), 'bom.txt'), 'utf8')).to.equal('\ufeffmé')
    expect(output).to.match(/binary stays as it is/)
  })

  it('says which files it could not change, and which directory it does not take', async () => {
    const broken = await deploy([{ name: 'a.json', content: '{' }], {
      deployment: { structuredIn: ['a.json'] },
    })
    const root = await deploy([{ name: 'a' }], { deployment: { customDirectory: '/' } })
    const own = await deploy([{ name: 'a' }], {
      deployment: { customDirectory: driving.home, purge: true },
    })

    expect(broken.output).to.match(/could not be replaced in a.json. It is no JSON/)
    expect(root.output).to.match(/root of the disk/)
    expect(own.output).to.match(/keeps its own files/)
  })

  it('warns of features that are on and that Tako does not have', async () => {
    const variables = {
      'Octopus.Action.EnabledFeatures': 'Octopus.Features.ConfigurationTransforms',
    }

    const { code, output } = await deploy([{ name: 'a' }], { variables })

    expect(code).to.equal(0)
    expect(output).to.match(/ConfigurationTransforms is on, but Tako does not have it/)
  })
})

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'tako-certificate-'))
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  const subject = ['-subj', '/CN=elsewhere', '-days', '2']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  const pair = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(folder, { recursive: true })
  return pair
}
