import { expect } from 'chai'
import { patternsOf } from '#domain/file-patterns.ts'
import {
  customDirectoryFault,
  folderNameOf,
  type Installation,
  outdated,
  previousVariables,
} from '#domain/installation.ts'
import { literalEvaluator } from '#domain/literal-values.ts'
import { conventionsOf, featuresOf, packageScriptOf, syntaxOfFile } from '#domain/package-stages.ts'
import { packagePlaces, packageVariables } from '#domain/package-variables.ts'
import { addressFault, artifactNameOf, contentRangeOf } from '#domain/run-files.ts'
import { decodeText, encodeText } from '#domain/text-encoding.ts'

describe('The order of what is done with a package', () => {
  const plain = { substituteIn: [], structuredIn: [], customDirectory: null, purge: false }

  it('is fixed', () => {
    const all = { substituteIn: ['a'], structuredIn: ['b'], customDirectory: '/srv', purge: true }

    expect(conventionsOf(all)).to.deep.equal([
      { do: 'run', stage: 'PreDeploy' },
      { do: 'substitute', patterns: ['a'] },
      { do: 'replaceStructured', patterns: ['b'] },
      { do: 'copy', to: '/srv', purge: true },
      { do: 'run', stage: 'Deploy' },
      { do: 'run', stage: 'PostDeploy' },
    ])
  })

  it('has the scripts alone where no feature is on', () => {
    expect(conventionsOf(plain).map((one) => one.do)).to.deep.equal(['run', 'run', 'run'])
  })

  it('finds scripts of a package by their name in any case, Bash before the others', () => {
    const names = [
      'predeploy.PY',
      'PreDeploy.sh',
      'Deploy.ps1',
      'postdeploy.csx',
      'deploy.txt',
      'x',
    ]

    expect(packageScriptOf('PreDeploy', names)).to.deep.equal({
      name: 'PreDeploy.sh',
      syntax: 'Bash',
    })
    expect(packageScriptOf('Deploy', names)).to.deep.equal({
      name: 'Deploy.ps1',
      syntax: 'PowerShell',
    })
    expect(packageScriptOf('PostDeploy', names)?.syntax).to.equal('CSharp')
    expect(packageScriptOf('DeployFailed', names)).to.equal(null)
    expect(syntaxOfFile('tools/Run.PY')).to.equal('Python')
    expect(syntaxOfFile('tools/run')).to.equal(null)
  })

  it('knows which features Tako has', () => {
    const { has, unknown } = featuresOf(
      'Octopus.Features.CustomScripts, Octopus.Features.ConfigurationTransforms,',
    )

    expect(has('CustomScripts')).to.equal(true)
    expect(has('CustomDirectory')).to.equal(false)
    expect(unknown).to.deep.equal(['Octopus.Features.ConfigurationTransforms'])
  })
})

describe('The variables of packages', () => {
  it('tell each reference by its name, and the primary package without one', () => {
    const variables = packageVariables([
      { name: '', packageId: 'Web', version: '1.0', feedId: 'feeds-builtin' },
      { name: 'tools', packageId: 'Tools', version: '2.0', feedId: null },
    ])

    expect(variables).to.deep.equal({
      'Octopus.Action.Package.PackageId': 'Web',
      'Octopus.Action.Package.PackageVersion': '1.0',
      'Octopus.Action.Package.FeedId': 'feeds-builtin',
      'Octopus.Action.Package.NuGetPackageId': 'Web',
      'Octopus.Action.Package.NuGetPackageVersion': '1.0',
      'Octopus.Action.Package[tools].PackageId': 'Tools',
      'Octopus.Action.Package[tools].PackageVersion': '2.0',
      'Octopus.Action.Package[tools].FeedId': '',
    })
  })

  it('tell where a package is, and its folder only when it is unpacked', () => {
    const place = { name: 'tools', packageId: 'T', version: '2', file: '/w/T.2.zip' }

    expect(packagePlaces([{ ...place, folder: '/w/tools' }])).to.deep.equal({
      'Octopus.Action.Package[tools].PackageFilePath': '/w/T.2.zip',
      'Octopus.Action.Package[tools].PackageFileName': 'T.2.zip',
      'Octopus.Action.Package[tools].OriginalPath': '/w/T.2.zip',
      'Octopus.Action.Package[tools].ExtractedPath': '/w/tools',
    })
    expect(packagePlaces([{ ...place, folder: null }])).not.to.have.any.keys(
      'Octopus.Action.Package[tools].ExtractedPath',
    )
  })

  it('are put into texts as they are', () => {
    const { substitute } = literalEvaluator({ a: '#{b}', b: '##{a}', c: '#' })

    expect(substitute('#{A} #{b} #{c}#{d} ##{a}')).to.equal('#{b} ##{a} ##{d} #{a}')
  })
})

describe('Where packages are installed', () => {
  const installation = (at: number, more: Partial<Installation> = {}): Installation => ({
    folder: `/${at}`,
    owner: 'p',
    version: `${at}`,
    customDirectory: null,
    installedAt: at,
    isSuccessful: true,
    ...more,
  })

  it('keeps the last three of each owner', () => {
    const all = [1, 2, 3, 4, 5].map((at) => installation(at))
    const other = [6, 7, 8].map((at) => installation(at, { owner: 'q' }))

    const gone = outdated([...other, ...all], 'p').map(({ version }) => version)

    expect(gone).to.deep.equal(['2', '1'])
  })

  it('keeps the last that was successful, however many failed since', () => {
    const all = [1, 2, 3, 4, 5, 6].map((at) => installation(at, { isSuccessful: at < 3 }))

    expect(outdated(all, 'p').map(({ version }) => version)).to.deep.equal(['3', '1'])
  })

  it('tells scripts what was there before', () => {
    const all = [
      installation(1, { customDirectory: '/srv' }),
      installation(2, { isSuccessful: false }),
    ]

    expect(previousVariables(all, 'p')).to.deep.equal({
      'Octopus.Tentacle.PreviousInstallation.PackageVersion': '2',
      'Octopus.Tentacle.PreviousInstallation.OriginalInstalledPath': '/2',
      'Octopus.Tentacle.PreviousSuccessfulInstallation.PackageVersion': '1',
      'Octopus.Tentacle.PreviousSuccessfulInstallation.OriginalInstalledPath': '/1',
      'Octopus.Tentacle.PreviousSuccessfulInstallation.CustomInstallationDirectory': '/srv',
    })
    expect(previousVariables(all, 'nobody')).to.deep.equal({})
  })

  it('makes folders of names that nothing can escape by', () => {
    expect(folderNameOf('Production (EU)')).to.equal('Production (EU)')
    expect(folderNameOf('a/b\\c:d')).to.equal('a_b_c_d')
    expect(folderNameOf('..')).to.equal('_.')
    expect(folderNameOf('.')).to.equal('_')
    expect(folderNameOf('')).to.equal('_')
    expect(folderNameOf('日'.repeat(80))).to.equal('日'.repeat(60))
  })

  it('takes no custom directory that would take more away than it brings', () => {
    const fault = (path: string) => customDirectoryFault(path, '/var/tako/worker')

    expect(fault('/srv/www')).to.equal(null)
    expect(fault('/var/tako/worker2')).to.equal(null)
    expect(fault('/')).to.match(/root/)
    expect(fault('//')).to.match(/root/)
    expect(fault('srv')).to.match(/not absolute/)
    expect(fault('/srv/#{Nope}')).to.match(/variable without a value/)
    expect(fault('/var')).to.match(/own files/)
    expect(fault('/var/tako/worker/')).to.match(/own files/)
    expect(fault('/var/tako/worker/packages')).to.match(/own files/)
  })
})

describe('Files of a run', () => {
  it('are named by patterns that stay in their folder', () => {
    expect(patternsOf('a.json\r\n\n ./b/**/*.yml \nc\\d.txt')).to.deep.equal({
      patterns: ['a.json', 'b/**/*.yml', 'c/d.txt'],
    })
    for (const text of ['../a', 'a/../b', '/etc/*', 'C:\\x', '{..,a}/b', 'a/..', '@(..|x)/y']) {
      expect(patternsOf(text), text).to.have.property('fault')
    }
    expect(patternsOf('a..b/..c')).to.deep.equal({ patterns: ['a..b/..c'] })
  })

  it('come over HTTPS, or within the machine, or where it was allowed', () => {
    expect(addressFault('https://tako.example.com', false)).to.equal(null)
    expect(addressFault('http://localhost:8065', false)).to.equal(null)
    expect(addressFault('http://127.0.0.1:8065', false)).to.equal(null)
    expect(addressFault('http://[::1]:8065', false)).to.equal(null)
    expect(addressFault('http://tako.example.com', true)).to.equal(null)
    expect(addressFault('http://tako.example.com', false)).to.match(/--allow-plain-http/)
    expect(addressFault('http://127.0.0.1.example.com', false)).to.match(/not HTTPS/)
    expect(addressFault('ftp://x', true)).to.match(/no HTTPS/)
    expect(addressFault('nonsense', true)).to.match(/no address/)
  })

  it('have plain names as artifacts', () => {
    expect(artifactNameOf('report.html')).to.equal('report.html')
    expect(artifactNameOf('/etc/../passwd')).to.equal('passwd')
    expect(artifactNameOf('a\\b\\c.txt')).to.equal('c.txt')
    expect(artifactNameOf('a\nb')).to.equal('a_b')
    expect(['', '..', '.', '/', '  '].map(artifactNameOf)).to.deep.equal(Array(5).fill('artifact'))
    expect(artifactNameOf(`${'x'.repeat(300)}.txt`))
      .to.have.length(150)
      .and.match(/\.txt$/)
  })

  it('say which bytes come', () => {
    expect(contentRangeOf('bytes 5-9/10')).to.deep.equal({ start: 5, total: 10 })
    expect(contentRangeOf('bytes */10')).to.equal(null)
    expect(contentRangeOf(undefined)).to.equal(null)
  })

  it('keep the encoding of a text', () => {
    const files = [
      Buffer.from('äöü 日'),
      Buffer.from('\ufeffäöü'),
      Buffer.from([0xff, 0xfe, ...Buffer.from('äb', 'utf16le')]),
      Buffer.from([0xfe, 0xff, ...Buffer.from('äb', 'utf16le').swap16()]),
      Buffer.alloc(0),
    ]
    for (const bytes of files) {
      const decoded = decodeText(bytes)
      expect(decoded?.text).not.to.match(/\ufeff/)
      expect(decoded && Buffer.from(encodeText(decoded.text, decoded.encoding))).to.deep.equal(
        bytes,
      )
    }
    expect(decodeText(Buffer.from([0xe4, 0xf6]))).to.equal(null)
    expect(decodeText(Buffer.from([0x50, 0, 0x4b]))).to.equal(null)
  })
})
