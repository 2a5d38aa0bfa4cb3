import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mongoose'
import { connectTo } from '#store/connection.ts'
import { freePort } from './redis.ts'

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

export interface TestMongo {
  /** For DATABASE_URL. */
  url: string
  /** Ends it, in order or without a word, and keeps its data. */
  halt(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on its data, at the same address, if it has ended. */
  resume(): Promise<void>
  stop(): Promise<void>
}

/** SecantusDB, which speaks MongoDB's language from one file and needs no installation. */
export async function startSecantus(): Promise<TestMongo> {
  const [home, port] = await Promise.all([mkdtemp(join(tmpdir(), 'tako-mongo-')), freePort()])
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`
  let server: ChildProcess | null = null

  async function resume() {
    if (server) return
    const options = ['--port', `${port}`, '--storage-path', home, '--standalone']
    server = spawn(SECANTUS, [...options, '--log-level', 'ERROR'], { stdio: 'ignore' })
    await (await connectWhenReady(url, server)).close()
  }

  async function halt(signal?: NodeJS.Signals) {
    const last = server
    server = null
    if (last) await ended(last, signal)
  }

  await resume()
  return {
    url,
    halt,
    resume,
    async stop() {
      await halt()
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

const ended = (server: ChildProcess, signal?: NodeJS.Signals) =>
  new Promise<void>((resolve) => {
    server.removeAllListeners('exit')
    server.once('exit', () => resolve())
    server.kill(signal)
  })
