import { expect } from 'chai'
import { startRepl, type TestRepl } from '../support/repl.ts'

describe('The REPL', function () {
  this.timeout(40_000)
  let repl: TestRepl

  before(async () => {
    repl = await startRepl()
  })

  after(() => repl.remove())

  it('shows the node that it has started', async () => {
    const said = await repl.type('nodes')

    expect(said).to.match(/\(\*\).*ONLINE/s)
  })

  it('shows the services', async () => {
    const said = await repl.type('services')

    expect(said).to.contain('spaces').and.to.contain('scheduler')
  })

  it('shows the actions with what may be asked', async () => {
    const said = await repl.type('actions -f spaces.*')

    expect(said).to.contain('spaces.list').and.to.contain('partialName')
  })

  it('calls as the local administrator', async () => {
    const said = await repl.type('call spaces.list')

    expect(said).to.contain("Name: 'Default'").and.to.contain('TotalResults: 1')
  })

  it('takes parameters, and says what is wrong with them', async () => {
    const made = await repl.type('call environments.create --spaceId Spaces-1 --Name Test')
    // An error comes when it comes, after the prompt or before it.
    const fault = /'Name' field is required/
    const refused = await repl.type('call environments.create --spaceId Spaces-1', fault)

    expect(made).to.match(/Id: 'Environments-\w+'/)
    expect(refused).to.match(fault)
  })

  it('stops the server when it is left', async () => {
    expect(await repl.leave()).to.equal(0)
  })
})
