import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { uploadArtifacts } from '../../../services/worker/packages/artifacts.ts'
import { type FileServer, startFileServer } from '../../support/driver.ts'

describe('Artifacts of a run', () => {
  let server: FileServer
  let root = ''
  /** By name, what was brought. */
  const brought = new Map<string, string>()

  before(async () => {
    server = await startFileServer()
  })
  after(() => server.stop())
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tako-artifacts-'))
    brought.clear()
    server.asked.length = 0
    server.hook.answer = (request, response) => {
      keep(request).then(
        () => response.end('{}'),
        (error) => response.destroy(error),
      )
      return true
    }
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const keep = async (request: IncomingMessage) => {
    const name = decodeURIComponent(request.url?.split('/').at(-1) ?? '')
    brought.set(name, await text(request))
  }
  const file = (name: string, content = name) => {
    writeFileSync(join(root, name), content)
    return join(root, name)
  }
  const upload = (artifacts: { path: string; name: string }[], mostMs = 5_000) =>
    uploadArtifacts(artifacts, {
      runId: 'ServerTasks-1.a.1',
      server: { address: server.address, token: 'right', certificate: null, allowPlainHttp: false },
      patience: { mostMs, firstDelayMs: 1 },
    })

  it('are brought to the server by plain names', async () => {
    const results = await upload([
      { path: file('a'), name: 'report.txt' },
      { path: file('b', ''), name: '../../é b' },
      { path: file('c'), name: 'report.txt' },
    ])

    expect(results.map(({ name, error }) => [name, error])).to.deep.equal([
      ['report.txt', null],
      ['é b', null],
      ['report (2).txt', null],
    ])
    expect([...brought]).to.deep.equal([
      ['report.txt', 'a'],
      ['é b', ''],
      ['report (2).txt', 'c'],
    ])
    expect(server.asked[0]).to.equal('PUT /api/runs/ServerTasks-1.a.1/artifacts/report.txt')
  })

  it('that are not there, or no plain files, are told and nothing more', async () => {
    mkdirSync(join(root, 'folder'))
    execFileSync('mkfifo', [join(root, 'pipe')])
    symlinkSync(join(root, 'folder'), join(root, 'link'))

    const names = ['missing', 'folder', 'pipe', 'link']
    const results = await upload(names.map((name) => ({ path: join(root, name), name })))

    expect(results.map(({ error }) => error)).to.deep.equal([
      `The artifact 'missing' was not kept: there is no file ${root}/missing.`,
      `The artifact 'folder' was not kept: ${root}/folder is no plain file.`,
      `The artifact 'pipe' was not kept: ${root}/pipe is no plain file.`,
      `The artifact 'link' was not kept: ${root}/link is no plain file.`,
    ])
    expect(brought.size).to.equal(0)
  })

  it('are brought again while the server is away', async () => {
    let failures = 2
    const answer = server.hook.answer
    server.hook.answer = (request, response) => {
      if (failures-- === 2) request.destroy()
      else if (failures === 0) response.writeHead(503).end()
      else return answer(request, response)
      return true
    }

    const [result] = await upload([{ path: file('a'), name: 'a' }])

    expect(result?.error).to.equal(null)
    expect(server.asked).to.have.length(3)
    expect(brought.get('a')).to.equal('a')
  })

  it('are given up when the server says no, or stays away', async () => {
    server.hook.answer = (request, response) => {
      if (request.url?.endsWith('no')) response.writeHead(413).end('{"ErrorMessage": "Too large."}')
      else request.destroy()
      return true
    }

    const results = await upload(
      [
        { path: file('a', 'x'.repeat(1_000_000)), name: 'no' },
        { path: file('b'), name: 'away' },
      ],
      20,
    )

    expect(results.map(({ error }) => error)).to.deep.equal([
      "The artifact 'no' was not kept: the server answered 413: Too large.",
      "The artifact 'away' was not kept: socket hang up.",
    ])
  })
})
