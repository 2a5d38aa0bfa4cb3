import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { makeManager, makePerson, makeTeam } from './people.ts'

interface Event {
  Id: string
  Category: string
  Username: string
  IdentityEstablishedWith: string
  IpAddress: string | null
  Message: string
  MessageHtml: string
  MessageReferences: { ReferencedDocumentId: string; StartIndex: number; Length: number }[]
  RelatedDocumentIds: string[]
  SpaceId: string | null
  ChangeDetails: { Differences: { path: string; before?: unknown; after?: unknown }[] }
}

describe('Events', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })

  after(() => server.stop())

  const list = async (path: string, key?: string): Promise<Event[]> => {
    const response = await server.send('GET', path, undefined, key)
    return ((await response.json()) as { Items: Event[] }).Items
  }
  const makeEnvironment = () =>
    server.ask<{ Id: string; Name: string }>('POST', '/environments', {
      Name: `Stage ${randomUUID().slice(0, 8)}`,
    })

  it('say who has changed what, with before and after, by the time the change is answered', async () => {
    const made = await makeEnvironment()
    await server.ask('PUT', `/environments/${made.Id}`, { ...made, Description: 'new' })

    const [change, creation] = await list(`/Spaces-1/events?regarding=${made.Id}`)

    expect(creation?.Message).to.equal(`Environment ${made.Name} was created`)
    expect(creation?.MessageReferences).to.deep.equal([
      { ReferencedDocumentId: made.Id, StartIndex: 12, Length: made.Name.length },
    ])
    expect(change).to.include({ Category: 'Modified', Username: 'admin', SpaceId: 'Spaces-1' })
    expect(change?.IdentityEstablishedWith).to.equal('API key')
    expect(change?.IpAddress).to.match(/127\.0\.0\.1|::1/)
    expect(change?.ChangeDetails.Differences).to.deep.equal([
      { op: 'replace', path: '/Description', before: '', after: 'new' },
    ])
  })

  it('tell those who follow changes', async () => {
    const heard: unknown[] = []
    server.broker.createService({
      name: 'listener',
      events: { 'changes.made': (ctx: { params: unknown }) => void heard.push(ctx.params) },
    })

    const { Id } = await makeEnvironment()

    const change = { spaceId: 'Spaces-1', Kind: 'Environment', Id, EnvironmentId: Id }
    expect(heard).to.deep.include(change)
  })

  it('with the same id are one', async () => {
    const Id = `Events-${randomUUID()}`
    const event = { Id, SpaceId: null, Category: 'Created', RelatedDocumentIds: [Id] }

    await server.bus.call('events.record', { ...event, Message: 'first' })
    await server.bus.call('events.record', { ...event, Message: 'second' })

    const found = await list(`/events?regarding=${Id}`)
    expect(found.map(({ Message }) => Message)).to.deep.equal(['first'])
  })

  it('are listed newest first, also within a millisecond', async () => {
    const tag = randomUUID()
    for (let number = 0; number < 20; number++) await record({ tag, Message: `${number}` })

    const found = await list(`/events?regarding=${tag}`)

    const messages = found.map(({ Message }) => Number(Message))
    expect(messages).to.deep.equal(Array.from({ length: 20 }, (_, index) => 19 - index))
  })

  it('are filtered by what they are about, their category, their kind and their time', async () => {
    const tag = randomUUID()
    await record({ tag, related: ['Projects-x'], DocumentType: 'Project' })
    await record({ tag, Category: 'DeploymentFailed', related: ['Projects-y'] })
    const count = async (query: string) => (await list(`/events?regarding=${tag}&${query}`)).length

    const counts = {
      all: await count(''),
      project: await count('projects=Projects-x'),
      any: await count('regardingAny=Projects-x,Projects-y'),
      both: await count('regarding=Projects-x&regarding=Projects-y'),
      category: await count('eventCategories=DeploymentFailed'),
      group: await count('eventGroups=DeploymentCritical'),
      type: await count('documentTypes=Projects'),
      user: await count('users=users-system'),
      agent: await count('eventAgents=Browser'),
      before: await count('to=2020-01-01T00:00:00Z'),
      since: await count('from=2020-01-01T00:00:00Z'),
    }

    expect(counts).to.deep.equal({
      ...{ all: 2, project: 1, any: 2, both: 0, category: 1, group: 1, type: 1 },
      ...{ user: 2, agent: 0, before: 0, since: 2 },
    })
    expect((await server.send('GET', '/events?from=yesterday')).status).to.equal(400)
  })

  it('of spaces and of the server are seen by those who may view them there', async () => {
    const manager = await makeManager(server)
    const outsider = await makePerson(server)
    const tag = randomUUID()
    await record({ tag, Message: 'of the server' })
    await record({ tag, Message: 'of the space', SpaceId: 'Spaces-1' })
    const path = `/events?regarding=${tag}`

    const [ofServer] = await list(`${path}&spaces=none`)
    const seen = await list(path, manager.key)
    const byOutsider = await list(path, outsider.key)
    const byId = await server.send('GET', `/events/${ofServer?.Id}`, undefined, manager.key)

    expect(await list(path)).to.have.length(2)
    expect(seen.map(({ Message }) => Message)).to.deep.equal(['of the space'])
    expect(byOutsider).to.deep.equal([])
    expect(byId.status).to.equal(404)
  })

  it('are not seen without the permission to', async () => {
    const person = await makePerson(server)
    const roles = ['packagepublisher']
    await makeTeam(server, { spaceId: 'Spaces-1', members: [person], roles })

    const response = await server.send('GET', '/Spaces-1/events', undefined, person.key)

    expect(response.status).to.equal(403)
  })

  it('hold nothing that a browser would run', async () => {
    const tag = randomUUID()
    await record({ tag, Message: '<img src=x onerror="alert(1)">' })

    const [event] = await list(`/events?regarding=${tag}`)

    expect(event?.MessageHtml).to.equal('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;')
  })

  it('are the same in a list and alone, and can come without their differences', async () => {
    const made = await makeEnvironment()

    const [event] = await list(`/Spaces-1/events?regarding=${made.Id}`)
    const [short] = await list(`/Spaces-1/events?regarding=${made.Id}&excludeDifference=true`)

    expect(await server.ask('GET', `/Spaces-1/events/${event?.Id}`)).to.deep.equal(event)
    expect(short?.ChangeDetails.Differences).to.deep.equal([])
  })

  it('never hold a secret', async () => {
    const person = await makePerson(server, { Password: 'Secret-word-01' })

    const events = await list(`/events?regarding=${person.Id}`)

    expect(events.length).to.be.greaterThan(1)
    expect(JSON.stringify(events)).not.to.match(/Secret-word-01|scrypt|API-[A-Z0-9]{26}/)
  })

  it('can be chosen by category, group, type and agent', async () => {
    const names = ['categories', 'groups', 'documenttypes', 'agents']

    const lists = await Promise.all(
      names.map(
        async (name) =>
          (await server.send('GET', `/events/${name}`)).json() as Promise<{ Id: string }[]>,
      ),
    )

    expect(lists.map((all) => all[0]?.Id)).to.deep.equal([
      'Created',
      'Document',
      'Artifacts',
      'Browser',
    ])
  })

  interface Wish {
    tag: string
    related?: string[]
    SpaceId?: string
    Message?: string
    Category?: string
    DocumentType?: string
  }
  const record = ({ tag, related = [], ...fields }: Wish) =>
    server.bus.call('events.record', {
      ...{ SpaceId: null, Category: 'Created', Message: 'something' },
      ...fields,
      RelatedDocumentIds: [tag, ...related],
    })
})
