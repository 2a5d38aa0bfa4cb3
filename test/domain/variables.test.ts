import { expect } from 'chai'
import { CircularError } from '#domain/substitute.ts'
import {
  actionVariables,
  type DeploymentFacts,
  deploymentVariables,
  outputVariables,
  statusVariables,
} from '#domain/system-variables.ts'
import { faultsOfVariables } from '#domain/variable-faults.ts'
import { createVariables } from '#domain/variables.ts'

describe('The variables of a run', () => {
  it('are evaluated by all layers', () => {
    const variables = createVariables({
      user: { Url: 'https://#{Octopus.Environment.Name}/#{Octopus.Action[Build].Output.Path}' },
      system: { 'Octopus.Environment.Name': 'Dev' },
      outputs: { 'Octopus.Action[Build].Output.Path': 'v#{Minor}' },
    })

    expect(variables.get('URL')).to.equal('https://Dev/v#{Minor}')
    expect(variables.all()).to.include({ Url: 'https://Dev/v#{Minor}' })
    expect(variables.substitute('#{url}!')).to.equal('https://Dev/v#{Minor}!')
  })

  it('cannot replace those of the system, but for some', () => {
    const variables = createVariables({
      user: { 'octopus.task.id': 'mine', 'octopus.action.maxparallelism': '3' },
      system: { 'Octopus.Task.Id': 'ServerTasks-1', 'Octopus.Action.MaxParallelism': '10' },
    })

    expect(variables.all()).to.deep.equal({
      'Octopus.Task.Id': 'ServerTasks-1',
      'octopus.action.maxparallelism': '3',
    })
  })

  it('may not refer to themselves', () => {
    const variables = createVariables({ user: { A: '#{B}', B: '#{a}', C: 'c' }, system: {} })

    expect(variables.get('C')).to.equal('c')
    expect(() => variables.all()).to.throw(CircularError, "'A' → 'B' → 'a'")
  })
})

describe('The variables of the system', () => {
  const facts: DeploymentFacts = {
    baseUrl: 'http://localhost:8065/',
    space: { Id: 'Spaces-1', Name: 'Default' },
    project: { Id: 'Projects-1', Name: 'Shop', Slug: 'shop' },
    projectGroup: { Id: 'ProjectGroups-1', Name: 'All' },
    environment: { Id: 'Environments-1', Name: 'Dev', Slug: 'dev', SortOrder: 0 },
    channel: { Id: 'Channels-1', Name: 'Default' },
    release: {
      Id: 'Releases-2',
      Version: '1.0.1',
      ReleaseNotes: 'New',
      Assembled: '2030-01-01T00:00:00.000Z',
      CustomFields: { Ticket: 'T-1' },
    },
    previousRelease: { Id: 'Releases-1', Version: '1.0.0' },
    previousForEnvironment: null,
    deployment: {
      Id: 'Deployments-1',
      Name: 'Deploy to Dev',
      Comments: '',
      Created: '2030-01-02T00:00:00.000Z',
      ForcePackageDownload: false,
      QueueTime: null,
      QueueTimeExpiry: null,
    },
    createdBy: { Id: 'Users-1', Username: 'ada', DisplayName: 'Ada', EmailAddress: null },
    task: { Id: 'ServerTasks-1', Name: 'Deploy' },
  }

  it('tell of the deployment', () => {
    expect(deploymentVariables(facts)).to.include({
      'Octopus.Space.Id': 'Spaces-1',
      'Octopus.Project.Slug': 'shop',
      'Octopus.ProjectGroup.Name': 'All',
      'Octopus.Environment.SortOrder': '0',
      'Octopus.Release.Number': '1.0.1',
      'Octopus.Release.Channel.Name': 'Default',
      'Octopus.Release.CustomFields[Ticket]': 'T-1',
      'Octopus.Release.Previous.Number': '1.0.0',
      'Octopus.Deployment.Comments': '',
      'Octopus.Deployment.CreatedBy.Username': 'ada',
      'Octopus.Deployment.ForcePackageDownload': 'False',
      'Octopus.Task.Id': 'ServerTasks-1',
      'Octopus.Web.ServerUri': 'http://localhost:8065',
      'Octopus.Web.ReleaseLink': 'http://localhost:8065/app#/Spaces-1/releases/Releases-2',
    })
  })

  it('leave out what is not known', () => {
    const names = Object.keys(deploymentVariables(facts))

    expect(names.filter((name) => /ForEnvironment|QueueTime|Email|Successful/.test(name))).to.be
      .empty
  })

  it('tell of the action', () => {
    const variables = actionVariables({
      step: { Id: 's', Name: 'Web', number: '2' },
      action: { Id: 'a', Name: 'Deploy web', number: '2.1' },
      properties: { 'Octopus.Action.RunOnServer': 'true' },
      workerPool: { Id: 'WorkerPools-1', Name: 'Default' },
    })

    expect(variables).to.deep.equal({
      'Octopus.Action.RunOnServer': 'true',
      'Octopus.Step.Id': 's',
      'Octopus.Step.Name': 'Web',
      'Octopus.Step.Number': '2',
      'Octopus.Action.Id': 'a',
      'Octopus.Action.Name': 'Deploy web',
      'Octopus.Action.Number': '2.1',
      'Octopus.Action.IsSkipped': 'False',
      'Octopus.WorkerPool.Id': 'WorkerPools-1',
      'Octopus.WorkerPool.Name': 'Default',
    })
  })

  it('tell how the steps before have ended', () => {
    const failed = { name: 'Web', code: 'Failed', error: 'no' } as const

    expect(statusVariables('Step', [failed])).to.deep.equal({
      'Octopus.Step[Web].Status.Code': 'Failed',
      'Octopus.Step[Web].Status.Error': 'no',
    })
  })

  it('have the outputs of each machine, and the last under the plain name', () => {
    const outputs = ['one', 'two'].map((machine) => ({
      action: 'Deploy web',
      machine,
      outputs: [{ name: 'X', value: `of ${machine}` }],
    }))

    expect(outputVariables(outputs)).to.deep.equal({
      'Octopus.Action[Deploy web].Output.X': 'of two',
      'Octopus.Action[Deploy web].Output[one].X': 'of one',
      'Octopus.Action[Deploy web].Output[two].X': 'of two',
    })
    expect(outputVariables(outputs, 'One')).to.include({
      'Octopus.Action[Deploy web].Output.X': 'of one',
    })
  })
})

describe('A set of variables', () => {
  const draft = (Name: string, Value: unknown = '', Scope: Record<string, unknown> = {}) => ({
    ...{ Name, Value, Scope },
  })

  it('may have several values of one name and sealed ones', () => {
    const drafts = [
      draft('A', '1'),
      draft('a', '#{B}'),
      draft('B', { _sealed: 'x' }),
      draft('C', null),
    ]

    expect(faultsOfVariables(drafts)).to.deep.equal([])
  })

  it('needs names, known kinds and lists', () => {
    const drafts = [
      draft(' '),
      draft('A', '', { Planet: ['Mars'] }),
      draft('B', '', { Environment: 'Environments-1' }),
    ]

    expect(faultsOfVariables(drafts)).to.have.length(3)
    expect(faultsOfVariables(drafts)[0]).to.equal('The variable at position 1 needs a name.')
    expect(faultsOfVariables(drafts)[1]).to.match(/^The scope of 'A' has the unknown kind 'Planet'/)
  })

  it('of the library is not for steps, channels and processes', () => {
    const drafts = [draft('A', '', { Action: ['a'], Environment: ['e'], Channel: [] })]

    expect(faultsOfVariables(drafts, { isLibrary: true })).to.have.length(1)
    expect(faultsOfVariables(drafts)).to.have.length(0)
  })

  it('may not have values that refer to themselves', () => {
    const faults = faultsOfVariables([
      draft('A', '#{b}'),
      draft('B', 'x #{C}'),
      draft('C', '#{A} #{D}'),
      draft('D', '#{d}'),
    ])

    expect(faults).to.deep.equal([
      "Variables refer to themselves: 'A' → 'B' → 'C' → 'A'.",
      "Variables refer to themselves: 'D' → 'D'.",
    ])
  })

  it('may have values that would if they met', () => {
    const faults = faultsOfVariables([
      draft('A', '#{B}', { Environment: ['one'] }),
      draft('B', '#{A}', { Environment: ['two'] }),
    ])

    expect(faults).to.deep.equal([])
  })
})
