import { expect } from 'chai'
import { workOf } from '#domain/action-work.ts'

describe('What an action does', () => {
  const work = (type: string, properties: Record<string, string>) =>
    workOf(`Octopus.${type}`, (name) => properties[name] ?? '')
  const deployment = (properties: Record<string, string>) => {
    const found = work('TentaclePackage', properties)
    return 'fault' in found ? found : found.deployment
  }
  const fault = (found: object | null) => (found as { fault: string }).fault

  it('is a script of its own', () => {
    const properties = {
      'Script.Syntax': 'Bash',
      'Script.ScriptBody': 'echo',
      'Script.ScriptParameters': 'a b',
    }

    expect(work('Script', properties)).to.deep.equal({
      ...{ syntax: 'Bash', body: 'echo', parameters: 'a b', scriptFile: null, deployment: null },
    })
  })

  it('is a script in its package', () => {
    const properties = { 'Script.ScriptSource': 'Package', 'Script.ScriptFileName': ' a/b.sh ' }

    expect(work('Script', properties)).to.deep.include({
      body: '',
      scriptFile: { package: '', path: 'a/b.sh' },
    })
  })

  it('is nothing that Tako cannot do', () => {
    expect(fault(work('Manual', {}))).to.match(/kind 'Octopus.Manual'/)
    expect(fault(work('Script', { 'Script.Syntax': 'Ruby' }))).to.match(/syntax 'Ruby'/)
    expect(fault(work('Script', { 'Script.ScriptSource': 'GitRepository' }))).to.match(/'GitRep/)
    expect(fault(work('Script', { 'Script.ScriptSource': 'Package' }))).to.match(/which file/)
  })

  it('is a deployment with its scripts alone, where no feature is on', () => {
    const found = deployment({
      'SubstituteInFiles.TargetFiles': '*',
      'Package.JsonConfigurationVariablesTargets': '*',
      'Package.CustomInstallationDirectory': '/srv',
      'CustomScripts.Deploy.sh': 'echo',
    })

    expect(found).to.deep.equal({
      ...{ substituteIn: [], structuredIn: [], runScripts: true, scripts: [] },
      ...{ customDirectory: null, purge: false },
    })
  })

  it('is a deployment with all features', () => {
    const features = [
      'SubstituteInFiles',
      'JsonConfigurationVariables',
      'CustomDirectory',
      'CustomScripts',
    ]
    const found = deployment({
      EnabledFeatures: features.map((name) => `Octopus.Features.${name}`).join(','),
      'SubstituteInFiles.TargetFiles': 'a\nb',
      'Package.JsonConfigurationVariablesTargets': 'c',
      'Package.CustomInstallationDirectory': '/srv',
      'Package.CustomInstallationDirectoryShouldBePurgedBeforeDeployment': 'True',
      'Package.RunScripts': 'False',
      'CustomScripts.PostDeploy.py': 'p',
      'CustomScripts.Deploy.sh': 's',
      'CustomScripts.Deploy.ps1': ' ',
    })

    expect(found).to.deep.equal({
      ...{ substituteIn: ['a', 'b'], structuredIn: ['c'], customDirectory: '/srv', purge: true },
      runScripts: false,
      scripts: [
        { stage: 'Deploy', syntax: 'Bash', body: 's' },
        { stage: 'PostDeploy', syntax: 'Python', body: 'p' },
      ],
    })
  })

  it('is a deployment by the older names of features', () => {
    const found = deployment({
      'SubstituteInFiles.Enabled': 'True',
      'SubstituteInFiles.TargetFiles': 'a',
      'Package.JsonConfigurationVariablesEnabled': 'true',
      'Package.JsonConfigurationVariablesTargets': 'b',
    })

    expect(found).to.deep.include({ substituteIn: ['a'], structuredIn: ['b'] })
  })

  it('is refused with a pattern that leads out of the package', () => {
    const properties = {
      'SubstituteInFiles.Enabled': 'True',
      'SubstituteInFiles.TargetFiles': '../a',
    }

    expect(fault(deployment(properties))).to.match(/'..\/a' leads out/)
  })
})
