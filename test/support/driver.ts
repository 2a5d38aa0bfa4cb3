/** Runs that have packages, without a worker: the driver as a worker starts it, and a server to fetch from. */
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunPackage, RunSpec } from '#bus/orders.ts'
import type { Job, PackageSettings } from '../../services/worker/packages/job.ts'

export interface FileServer {
  address: string
  /** What was asked, in order: 'GET /path bytes=5-'. */
  asked: string[]
  /** By digest. */
  files: Map<string, Buffer>
  /** Answers in place of the server; false leaves it to the server. */
  hook: { answer(request: IncomingMessage, response: ServerResponse): boolean }
  stop(): Promise<void>
}

/** A server that knows ranges and wants a token. */
export async function startFileServer(tls?: ServerOptions): Promise<FileServer> {
  const asked: string[] = []
  const files = new Map<string, Buffer>()
  const hook: FileServer['hook'] = { answer: () => false }
  const listener: RequestListener = (request, response) => {
    const { range = '', authorization } = request.headers
    asked.push(`${request.method} ${request.url} ${range}`.trim())
    if (hook.answer(request, response)) return
    if (authorization !== 'Bearer right') {
      response.writeHead(401, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ ErrorMessage: 'The token is "wrong".' }))
      return
    }
    const file = files.get(request.url?.split('/').at(-1) ?? '')
    if (!file) return response.writeHead(404).end()
    const start = Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0)
    const headers = { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` }
    response.writeHead(range ? 206 : 200, range ? headers : {}).end(file.subarray(start))
  }
  const server = tls ? createHttpsServer(tls, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    ...{ asked, files, hook },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Puts a package on the server. */
export function offer(
  server: FileServer,
  bytes: Buffer,
  more: Partial<RunPackage> = {},
): RunPackage {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  server.files.set(sha256, bytes)
  return {
    ...{ name: '', packageId: 'Acme.Web', version: '1.0.0', fileExtension: '.zip' },
    ...{ size: bytes.length, sha256, extract: true, ...more },
  }
}

export type Driving = ReturnType<typeof driverHome>

/** A worker's home for runs of the driver. */
export function driverHome(server: FileServer) {
  const home = mkdtempSync(join(tmpdir(), 'tako-driver-'))

  function prepare(spec: Partial<RunSpec>, settings: Partial<PackageSettings> = {}) {
    const runId = `ServerTasks-${randomUUID().slice(0, 8)}.a.1`
    const folder = join(home, 'runs', runId)
    const workFolder = join(folder, 'work')
    mkdirSync(workFolder, { recursive: true })
    const job: Job = {
      ...{ runId, folder, workFolder, path: process.env.PATH ?? '' },
      spec: { ...plainSpec, ...spec },
      worker: {
        ...{ name: 'w', home, cacheBytes: 2 ** 30, server: server.address },
        ...{ certificate: null, allowPlainHttp: false, ...settings },
      },
    }
    writeFileSync(join(folder, 'job.json'), JSON.stringify(job))
    return { folder, workFolder }
  }

  return {
    home,

    /** Runs to the end. */
    async run(spec: Partial<RunSpec>, settings: Partial<PackageSettings> = {}) {
      const { folder, workFolder } = prepare(spec, settings)
      const files = [openSync(join(folder, 'out'), 'a+'), openSync(join(folder, 'err'), 'a+')]
      const code = await new Promise<number | null>((resolve) => {
        const args = [
          join(import.meta.dirname, '../../services/worker/driver.ts'),
          join(folder, 'job.json'),
        ]
        const child = spawn(process.execPath, args, {
          cwd: workFolder,
          stdio: ['ignore', ...files],
        })
        child.once('exit', resolve)
      })
      files.forEach(closeSync)
      const output = readFileSync(join(folder, 'out'), 'utf8')
      const errors = readFileSync(join(folder, 'err'), 'utf8')
      return { code, folder, workFolder, output, errors, lines: output.split('\n') }
    },

    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}

const plainSpec: RunSpec = {
  ...{ syntax: 'Bash', body: '', scriptFile: null, parameters: '', secrets: [] },
  variables: {
    'Octopus.Space.Id': 'Spaces-1',
    'Octopus.Project.Id': 'Projects-1',
    'Octopus.Environment.Id': 'Environments-1',
    'Octopus.Environment.Name': 'Production',
    'Octopus.Action.Id': 'a-1',
    'Octopus.Action.Name': 'Deploy web',
  },
  ...{ failOnErrorOutput: false, timeoutMs: 0, packages: [], deployment: null },
  files: { token: 'right', url: null, certificate: null },
}

export const variablesOf = (more: Record<string, string>) => ({ ...plainSpec.variables, ...more })
