import { readdirSync } from 'node:fs'
import { expect } from 'chai'
import { MOST_ARTIFACTS } from '#domain/run-limits.ts'
import { blobs, freshName } from '#store/blobs.ts'
import { openStore } from '#store/connection.ts'
import { newId } from '#store/ids.ts'
import { artifactSchema, type StoredArtifact } from '../../services/library/artifact.model.ts'
import { newProject } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace, refusal } from '../support/things.ts'
import { until } from '../support/until.ts'

type Json = Record<string, unknown> & { Id: string }
interface Page {
  Items: Json[]
}

describe('An artifact', () => {
  let server: TestServer
  let spaceId: string
  const make = (more: object = {}) =>
    server.ask<Json>('POST', `/${spaceId}/artifacts`, { Filename: 'report.txt', ...more })
  const contentOf = (id: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/${spaceId}/artifacts/${id}/content`, { headers: { ...key, ...headers } })
  const fill = (id: string, body: string | FormData, type?: string) =>
    fetch(`${server.url}/${spaceId}/artifacts/${id}/content`, {
      method: 'PUT',
      headers: { ...key, ...(type && { 'Content-Type': type }) },
      body,
    })
  const filesOf = () => {
    const folder = blobs.pathOf(`artifacts/${spaceId}`)
    return readdirSync(folder)
  }
  const key = { 'X-Octopus-ApiKey': 'API-TESTADMINISTRATOR0000000' }

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  it('is made without a task, and is read as it was answered', async () => {
    const made = await make({ Source: 'by hand' })

    expect(made).to.include({
      Filename: 'report.txt',
      Source: 'by hand',
      ServerTaskId: null,
      LogCorrelationId: null,
      SizeBytes: null,
    })
    expect(made).not.to.have.property('Version')
    expect(await server.ask('GET', `/${spaceId}/artifacts/${made.Id}`)).to.deep.equal(made)
    const { Items } = await server.ask<Page>('GET', `/${spaceId}/artifacts`)
    expect(Items).to.deep.equal([made])
  })

  it('is changed, and goes', async () => {
    const made = await make()

    const changed = await server.ask('PUT', `/${spaceId}/artifacts/${made.Id}`, {
      ...made,
      Filename: 'other.txt',
    })
    await server.ask('DELETE', `/${spaceId}/artifacts/${made.Id}`)

    const gone = await server.send('GET', `/${spaceId}/artifacts/${made.Id}`)
    expect(changed).to.include({ Id: made.Id, Filename: 'other.txt' })
    expect(gone.status).to.equal(404)
  })

  it('is given content, as it is or in a form, and sends it by parts', async () => {
    const made = await make({ Filename: 'Bericht für "alle".txt' })
    const nothing = await contentOf(made.Id)
    const form = new FormData()
    form.append('file', new Blob(['in a form']), 'whatever.bin')

    const first = await fill(made.Id, 'as it is', 'text/plain')
    const text = await (await contentOf(made.Id)).text()
    const second = await fill(made.Id, form)

    const response = await contentOf(made.Id, { Range: 'bytes=3-' })
    expect(nothing.status).to.equal(404)
    expect([first.status, second.status]).to.deep.equal([200, 200])
    expect(text).to.equal('as it is')
    expect(await response.text()).to.equal('a form')
    expect(response.headers.get('content-disposition')).to.equal(
      `attachment; filename="Bericht f_r _alle_.txt"; filename*=UTF-8''Bericht%20f%C3%BCr%20%22alle%22.txt`,
    )
    expect(await second.json()).to.include({ SizeBytes: 9, Filename: 'Bericht für "alle".txt' })
    expect(filesOf()).to.have.lengthOf(1)
  })

  it('goes with its file', async () => {
    const { Id } = await make()
    await fill(Id, 'content')

    await server.ask('DELETE', `/${spaceId}/artifacts/${Id}`)

    expect(filesOf()).to.deep.equal([])
  })

  it('is found by a part of its name, the newest first', async () => {
    for (const Filename of ['a.log', 'b.txt', 'c.LOG']) await make({ Filename })
    const listed = async (query: string) => {
      const { Items } = await server.ask<Page>('GET', `/${spaceId}/artifacts${query}`)
      return Items.map(({ Filename }) => Filename)
    }

    expect(await listed('?partialName=log')).to.have.members(['a.log', 'c.LOG'])
    expect(await listed('?take=2')).to.have.lengthOf(2)
  })

  it('is refused without a name, or for a task that is not there', async () => {
    const answers = await Promise.all([
      server.send('POST', `/${spaceId}/artifacts`, {}),
      server.send('POST', `/${spaceId}/artifacts`, {
        Filename: 'a',
        ServerTaskId: 'ServerTasks-none',
      }),
      server.send('PUT', `/${spaceId}/artifacts/Artifacts-none/content`, {}),
    ])

    expect(answers.map(({ status }) => status)).to.deep.equal([400, 400, 404])
  })

  describe('that a worker has sent', () => {
    const wish = async (more: object = {}) => {
      const blobName = freshName(`artifacts/${spaceId}`)
      const size = await blobs.write(blobName, 'from a worker')
      return {
        ...{ spaceId, serverTaskId: 'ServerTasks-1', filename: 'out.log', source: 'worker 1' },
        ...{ logCorrelationId: null, blobName, size, related: ['Deployments-1', 'Releases-1'] },
        ...more,
      }
    }

    it('is there once, however often it is told of', async () => {
      const same = await wish()
      const collect = (of: Awaited<ReturnType<typeof wish>>) =>
        server.bus.call('artifacts.collect', of)

      const first = await collect(same)
      const again = await collect(same)
      const [other, elsewhere] = await Promise.all([
        collect(await wish()),
        collect(await wish({ source: 'worker 2' })),
      ])

      expect([again.Id, other.Id]).to.deep.equal([first.Id, first.Id])
      expect(elsewhere.Id).not.to.equal(first.Id)
      expect(await (await contentOf(first.Id)).text()).to.equal('from a worker')
      expect(filesOf()).to.have.lengthOf(2)
    })

    it('is found by what it is about', async () => {
      const { Id } = await server.bus.call('artifacts.collect', await wish())
      const regarding = async (id: string) => {
        const { Items } = await server.ask<Page>('GET', `/${spaceId}/artifacts?regarding=${id}`)
        return Items.map((one) => one.Id)
      }

      for (const id of ['ServerTasks-1', 'Deployments-1', 'Releases-1']) {
        expect(await regarding(id)).to.deep.equal([Id])
      }
      expect(await regarding('Deployments-2')).to.deep.equal([])
    })

    it('is refused where the run has left as many as it may, but not in the place of one', async () => {
      const log = `ServerTasks-full/${spaceId}`
      const full = { serverTaskId: 'ServerTasks-full', logCorrelationId: log }
      const first = await server.bus.call('artifacts.collect', await wish(full))
      const store = await openStore(server.broker.namespace)
      const artifacts = store.model<StoredArtifact>('Artifact', artifactSchema)
      const stored = await artifacts.findById(first.Id).lean<StoredArtifact>()
      await artifacts.insertMany(
        Array.from({ length: MOST_ARTIFACTS - 1 }, (_, index) => ({
          ...{ ...stored, _id: newId('Artifacts'), _blob: null },
          _collected: `${log} ${index}`,
        })),
      )

      const again = await server.bus.call('artifacts.collect', await wish(full))
      const more = { ...full, filename: 'one more.log' }
      const error = await refusal(server.bus.call('artifacts.collect', await wish(more)))

      expect(again.Id).to.equal(first.Id)
      expect(error.data).to.deep.equal([
        { message: `A script leaves at most ${MOST_ARTIFACTS} artifacts.` },
      ])
    })

    it('is refused with a file of another space, or that is not whole', async () => {
      const good = await wish()
      const errors = await Promise.all(
        [{ blobName: 'artifacts/Spaces-1/x' }, { blobName: 'tasks/../x' }, { size: 1 }].map(
          (more) => refusal(server.bus.call('artifacts.collect', { ...good, ...more })),
        ),
      )

      expect(errors.map(({ type }) => type)).to.deep.equal(Array(3).fill('VALIDATION_ERROR'))
    })
  })

  it('of a deployment goes with it', async () => {
    const { deploy } = await newProject(server.ask, {
      space: spaceId,
      steps: [{ name: 'Say', script: 'echo hello' }],
    })
    const { taskId } = await deploy()
    const task = await until(async () => {
      const found = await server.ask<Json & { Arguments: Json }>('GET', `/tasks/${taskId}`)
      return found.IsCompleted === true && found
    }, 'the task ends')
    const made = await make({ ServerTaskId: taskId })
    await fill(made.Id, 'content')
    const other = await make()
    const { DeploymentId, ReleaseId } = task.Arguments
    const { Items } = await server.ask<Page>('GET', `/${spaceId}/artifacts?regarding=${ReleaseId}`)

    await server.ask('DELETE', `/${spaceId}/deployments/${DeploymentId}`)

    const left = await server.ask<Page>('GET', `/${spaceId}/artifacts`)
    expect(Items.map(({ Id }) => Id)).to.deep.equal([made.Id])
    expect(left.Items.map(({ Id }) => Id)).to.deep.equal([other.Id])
    expect(filesOf()).to.deep.equal([])
  })
})
