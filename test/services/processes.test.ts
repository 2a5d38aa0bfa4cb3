import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { faultsOf, makeProject, makeSpace, refusal, scriptStep } from '../support/things.ts'

describe('A deployment process', () => {
  let server: TestServer
  let of: { spaceId: string; projectId: string }

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    const spaceId = await makeSpace(server.bus)
    of = { spaceId, projectId: (await makeProject(server.bus, spaceId)).Id }
  })
  after(() => server.stop())

  const modify = (Steps: object[], more: object = {}) =>
    server.bus.call('processes.modify', { ...of, Steps, ...more })

  it('gets what a client leaves out', async () => {
    const { Steps, Version } = await modify([scriptStep('Say hello')])

    const [step] = Steps
    expect(Version).to.equal(1)
    expect(step).to.include({
      Slug: 'say-hello',
      Condition: 'Success',
      StartTrigger: 'StartAfterPrevious',
      PackageRequirement: 'LetOctopusDecide',
    })
    expect(step?.Id).to.match(/^[0-9a-f-]{36}$/)
    expect(step?.Actions[0]).to.deep.include({ IsDisabled: false, Environments: [], Packages: [] })
  })

  it('keeps its version when what was read is sent back', async () => {
    const before = await modify([scriptStep('One'), scriptStep('Two')])

    const after = await modify(before.Steps, { Version: before.Version })

    expect(after).to.deep.equal(before)
  })

  it('is not changed by somebody who has not seen the last change', async () => {
    await modify([scriptStep('One')], { Version: 0 })

    const error = await refusal(modify([scriptStep('Two')], { Version: 0 }))

    expect(error).to.include({ code: 409, type: 'STALE' })
    const { Steps } = await server.bus.call('processes.get', of)
    expect(Steps.map(({ Name }) => Name)).to.deep.equal(['One'])
  })

  it('is changed by one of two who do it at once', async () => {
    const answers = await Promise.all(
      ['One', 'Two'].map((name) => refusal(modify([scriptStep(name)], { Version: 0 }))),
    )

    expect(answers.map(({ type }) => type).filter((type) => type === 'STALE')).to.have.length(1)
  })

  it('cannot have two steps of one name', async () => {
    const error = await refusal(modify([scriptStep('Say'), scriptStep('SAY')]))

    expect(faultsOf(error)[0]).to.equal("Another step is named 'SAY'.")
    expect((await server.bus.call('processes.get', of)).Version).to.equal(0)
  })

  it('never tells a secret, and keeps it when it comes back without its text', async () => {
    const step = scriptStep('Sign in')
    const secret = { HasValue: true, NewValue: 'open sesame' }
    const [action] = step.Actions
    const Properties = { ...action?.Properties, 'Pass.word$': secret }
    const created = await modify([{ ...step, Actions: [{ ...action, Properties }] }])

    const same = await modify(created.Steps)

    const shown = created.Steps[0]?.Actions[0]?.Properties['Pass.word$']
    expect(shown).to.deep.equal({ HasValue: true, NewValue: null, Hint: null })
    expect(same).to.deep.equal(created)
    const { Id: id } = await server.bus.call('processes.snapshot', of)
    const kept = await server.bus.call('processes.ofSnapshot', { spaceId: of.spaceId, id })
    expect(JSON.stringify(kept)).to.include('_sealed').and.not.to.include('sesame')
  })

  it('has the same snapshot as long as it has the same content', async () => {
    await modify([scriptStep('One')])
    const [first, again] = await Promise.all([
      server.bus.call('processes.snapshot', of),
      server.bus.call('processes.snapshot', of),
    ])
    await modify([scriptStep('Two')])

    const second = await server.bus.call('processes.snapshot', of)

    expect(again.Id).to.equal(first.Id)
    expect(second.Id).not.to.equal(first.Id)
    expect(first.Id).to.match(new RegExp(`^deploymentprocess-${of.projectId}-s-1-[0-9a-f]+$`))
    const kept = await server.bus.call('processes.ofSnapshot', {
      ...{ spaceId: of.spaceId, id: first.Id },
    })
    expect(kept.Steps.map(({ Name }) => Name)).to.deep.equal(['One'])
  })

  it('is not found for a project that does not exist', async () => {
    const error = await refusal(
      server.bus.call('processes.get', { ...of, projectId: 'Projects-99' }),
    )

    expect(error.type).to.equal('NOT_FOUND')
  })

  it('says which version its next release has', async () => {
    const { Id: id } = await server.bus.call('processes.get', of)

    const template = await server.bus.call('processes.template', { spaceId: of.spaceId, id })

    expect(template).to.deep.include({ NextVersionIncrement: '0.0.1', LastReleaseVersion: null })
  })
})
