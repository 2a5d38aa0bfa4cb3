import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mongoose'
import { connectTo } from '#store/connection.ts'

const SECANTUS = join(import.meta.dirname, '../../.venv/bin/secantusd-py')

/** A store that the tests run on. */
export interface TestStore {
  /** A database of its own for each caller, gone with the store. */
  open(): Connection
}

interface Running {
  connection: Connection
  stop(): Promise<void>
}

/** Describes what holds for the embedded store and for a MongoDB alike. */
export function onEachStore(title: string, cases: (store: TestStore) => void): void {
  for (const [name, start] of Object.entries({ embedded: startEmbedded, MongoDB: startMongo })) {
    describe(`${title} (${name})`, function () {
      this.timeout(20_000)
      let running: Running

      before(async () => {
        running = await start()
      })

      after(() => running.stop())

      cases({ open: () => running.connection.useDb(`test-${randomUUID()}`) })
    })
  }
}

async function startEmbedded(): Promise<Running> {
  const home = await mkdtemp(join(tmpdir(), 'tako-store-'))
  const connection = await connectTo({ home })
  return {
    connection,
    async stop() {
      await connection.close()
      await rm(home, { recursive: true })
    },
  }
}

async function startMongo(): Promise<Running> {
  const secantus = await startSecantus()
  const connection = await connectTo({ url: secantus.url, home: '' })
  return {
    connection,
    async stop() {
      await connection.close()
      await secantus.stop()
    },
  }
}

/** SecantusDB, which speaks MongoDB's language from one file and needs no installation. */
export async function startSecantus(): Promise<{ url: string; stop(): Promise<void> }> {
  const [home, port] = await Promise.all([mkdtemp(join(tmpdir(), 'tako-mongo-')), freePort()])
  const options = ['--port', `${port}`, '--storage-path', home, '--standalone']
  const server = spawn(SECANTUS, [...options, '--log-level', 'ERROR'], { stdio: 'ignore' })
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`
  await (await connectWhenReady(url, server)).close()
  return {
    url,
    async stop() {
      await ended(server)
      await rm(home, { recursive: true })
    },
  }
}

/** The client itself waits until somebody listens. */
async function connectWhenReady(url: string, server: ChildProcess): Promise<Connection> {
  const failed = new Promise<never>((_, reject) => {
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`SecantusDB has ended with ${code}.`)))
  })
  return Promise.race([
    connectTo({ url: `${url}&serverSelectionTimeoutMS=15000`, home: '' }),
    failed,
  ])
}

const ended = (server: ChildProcess) =>
  new Promise<void>((resolve) => {
    server.removeAllListeners('exit')
    server.once('exit', () => resolve())
    server.kill()
  })

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
