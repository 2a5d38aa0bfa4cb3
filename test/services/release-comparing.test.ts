import { expect } from 'chai'
import { projectIn, type TestProject } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { imported } from '../support/remote.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace, refusal, scriptStep } from '../support/things.ts'

interface Comparison {
  Before: { Version: string }
  After: { Version: string }
  Steps: { Name: string; Change: string; Differences: { Field: string; Kind: string }[] }[]
  Variables: { Name: string; Change: string; Values: { Differences: { Kind: string }[] }[] }[]
  Packages: unknown[]
}

describe('What a release has frozen', () => {
  let server: TestServer
  let shop: TestProject

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    const steps = [{ name: 'Greet', script: 'echo one\necho two' }]
    shop = await projectIn(server, { steps })
  })
  after(() => server.stop())

  const ask = <T = Resource>(method: string, path: string, body?: unknown) =>
    server.ask<T>(method, `/${shop.spaceId}${path}`, body)
  const compare = (one: { Id: string }, other: { Id: string }) =>
    ask<Comparison>('GET', `/releases/${one.Id}/compare/${other.Id}`)
  const setScript = (script: string) =>
    ask('PUT', `/projects/${shop.project.Id}/deploymentprocesses`, {
      Steps: [scriptStep('Greet', script)],
    })

  it('is its process as it was, of which secrets are not told', async () => {
    const step = scriptStep('Greet')
    const Secret = { HasValue: true, NewValue: 'sesame', Hint: null }
    Object.assign(step.Actions[0]?.Properties ?? {}, { Secret })
    await ask('PUT', `/projects/${shop.project.Id}/deploymentprocesses`, { Steps: [step] })
    const release = await shop.release()
    await setScript('echo changed')

    const frozen = await ask('GET', `/releases/${release.Id}/process-snapshot`)

    const text = JSON.stringify(frozen)
    expect(text).to.include('echo hello').and.not.include('echo changed')
    expect(text).not.to.include('sesame')
    expect(text).not.to.include('_sealed')
  })

  it('is compared with another: lines of scripts, values, and of secrets that they differ', async () => {
    await shop.setVariables(
      { Name: 'Colour', Value: 'red' },
      { Name: 'Key', Value: 'sesame', Type: 'Sensitive' },
      { Name: 'Same', Value: 'secret', Type: 'Sensitive' },
    )
    const first = await shop.release('1.0')
    await setScript('echo one\necho three')
    await shop.setVariables(
      { Name: 'Colour', Value: 'blue' },
      { Name: 'Key', Value: 'other', Type: 'Sensitive' },
      { Name: 'Same', Value: 'secret', Type: 'Sensitive' },
    )
    const second = await shop.release('2.0')

    const found = await compare(second, first)

    expect([found.Before.Version, found.After.Version]).to.deep.equal(['1.0', '2.0'])
    const script = found.Steps[0]?.Differences.find(({ Field }) => Field.endsWith('ScriptBody'))
    expect(script?.Kind).to.equal('Lines')
    expect(found.Variables.map(({ Name }) => Name)).to.deep.equal(['Colour', 'Key'])
    expect(found.Variables[1]?.Values[0]?.Differences[0]).to.include({
      ...{ Kind: 'Secret', Before: null, After: null },
    })
    expect(JSON.stringify(found)).not.to.match(/sesame|_sealed|[0-9a-f]{64}/)
  })

  it('is the same as itself, and may be compared with that of an imported release', async () => {
    const release = await shop.release()
    const remote = await imported(server.bus, shop.spaceId, { steps: [scriptStep('Other')] })

    const same = await compare(release, release)
    const other = await compare(remote.release, release)

    expect(same).to.deep.include({ Steps: [], Variables: [], Packages: [] })
    expect(other.Steps.map(({ Name, Change }) => [Name, Change])).to.deep.equal([
      ['Other', 'Added'],
      ['Greet', 'Removed'],
    ])
  })

  it('is not compared with that of another space', async () => {
    const release = await shop.release()
    const elsewhere = await imported(server.bus, await makeSpace(server.bus))

    const error = await refusal(
      server.bus.call('releases.compare', {
        ...{ spaceId: shop.spaceId, releaseId: release.Id, otherId: elsewhere.release.Id },
      }),
    )

    expect(error).to.include({ code: 404 })
  })
})
