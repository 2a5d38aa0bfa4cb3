/**
 * The settings of this process, and the only module that reads the environment.
 * A value that cannot be used stops the process, with one line that names it.
 */
import { accessSync, constants, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { LogLevels } from 'moleculer'

const home = resolve(read('TAKO_HOME', /^[^\0]+$/, 'a folder') ?? './data')

export const config = {
  /** Name of this server: its namespace on the bus, and its database in the store. */
  namespace:
    read('TAKO_NAMESPACE', /^[a-z0-9-]{1,60}$/, 'small letters, digits and dashes') ?? 'tako',
  /** The folder for all that this server keeps on its own disk, as an absolute path. */
  home,
  /** The folder of packages, logs and artifacts, which several nodes share; as an absolute path. */
  blobs: resolve(read('TAKO_BLOBS', /^[^\0]+$/, 'a folder') ?? join(home, 'blobs')),
  /** The name of this server node, which no other one has at the same time. */
  node:
    read(
      'TAKO_NODE',
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/,
      '1 to 50 letters, digits, dots and dashes',
    ) ?? hostname(),
  /** Where HTTP listens. By default, only this machine can reach it. */
  host: read('HOST', /^[\w.:-]+$/, 'a name or an address') ?? '127.0.0.1',
  port: readPort() ?? 8065,
  /** A MongoDB. Without it, the embedded store. */
  databaseUrl: read('DATABASE_URL', /^mongodb(\+srv)?:\/\/./, 'a mongodb:// address'),
  /** Where services in different processes meet. Without it, all run in this one. */
  redisUrl: read('REDIS_URL', /^rediss?:\/\/./, 'a redis:// address'),
  /** How others reach this server, such as 'https://tako.example.com'. Without it, as the browser does that asks. */
  publicUrl: read(
    'PUBLIC_URL',
    /^https?:\/\/[^\s/?#@'"]+\/?$/,
    'an address such as https://tako.example.com',
  )?.replace(/\/$/, ''),
  /** The Redis that the lines for new workers name. Without it, `REDIS_URL`, its user and password left open. */
  workersRedisUrl: read('TAKO_WORKERS_REDIS_URL', /^rediss?:\/\/[^\s'"]+$/, 'a redis:// address'),
  /** The Redis where this server meets others to promote releases. Without it, none is reached by a bus. */
  promotionsRedisUrl: read('TAKO_PROMOTIONS_REDIS_URL', /^rediss?:\/\/./, 'a redis:// address'),
  /** The name of that bus, the same for all servers that meet there. */
  promotionsNamespace:
    read('TAKO_PROMOTIONS_NAMESPACE', /^[a-z0-9-]{1,60}$/, 'small letters, digits and dashes') ??
    'tako-promotions',
  /** From where the lines for new workers clone Tako. Without it, they say where to run them instead. */
  repository: read('TAKO_REPOSITORY', /^[^\s'"]+$/, 'what `git clone` takes'),
  /** Seals the secrets in the store. Without it, the key in `TAKO_HOME/master.key`, made once. */
  masterKey: read('MASTER_KEY', /^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64'),
  /** The first administrator: these three count only while the user does not exist. */
  adminUsername:
    read('ADMIN_USERNAME', /^[^\s\0]{1,50}$/, '1 to 50 characters without spaces') ?? 'admin',
  /** Without it, one is made and shown once. */
  adminPassword: read('ADMIN_PASSWORD', /^.{8,200}$/, 'at least 8 characters'),
  /** Without it, the administrator makes keys in the browser. */
  adminApiKey: read('ADMIN_API_KEY', /^API-[A-Z0-9]{20,}$/, "'API-' and 20 capitals or digits"),
  /** Both or neither: PEM files; with them HTTP becomes HTTPS. */
  tls: readTls(),
  /** Whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses and networks. */
  trustedProxies: readProxies(),
  /** How long a step waits for a worker pool that has no healthy worker, in seconds. */
  workerWaitSeconds: readNumber('TAKO_WORKER_WAIT', 'seconds') ?? 300,
  /** How large a file may be that a script leaves as an artifact, in megabytes. */
  artifactMegabytes: readNumber('TAKO_ARTIFACT_MEGABYTES', 'megabytes') ?? 2048,
  logLevel: readLogLevel() ?? 'info',
}

/** What a worker, and so any script, may need of the environment of this process. Tako's own settings are not in it. */
export const workerEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'].flatMap(
      (name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]),
    ),
  )

/** The variable, or undefined when it is not set or empty. */
function read(name: string, pattern: RegExp, wish: string): string | undefined {
  const text = process.env[name] || undefined
  if (text !== undefined && !pattern.test(text)) refuse(name, wish)
  return text
}

function readPort(): number | undefined {
  const wish = 'a number from 0 to 65535'
  const text = read('PORT', /^\d{1,5}$/, wish)
  if (Number(text) > 65_535) refuse('PORT', wish)
  return text === undefined ? undefined : Number(text)
}

function readNumber(name: string, of: 'seconds' | 'megabytes'): number | undefined {
  const text = read(name, /^\d{1,6}$/, `a number of ${of}`)
  return text === undefined ? undefined : Number(text)
}

function readTls(): { cert: Buffer; key: Buffer } | undefined {
  const cert = readPem('TLS_CERT', 'CERTIFICATE')
  const key = readPem('TLS_KEY', 'PRIVATE KEY')
  if (cert && key) return { cert, key }
  if (cert) refuse('TLS_KEY', 'set too when TLS_CERT is')
  if (key) refuse('TLS_CERT', 'set too when TLS_KEY is')
  return undefined
}

function readPem(name: string, what: string): Buffer | undefined {
  const wish = `a file that can be read and holds a PEM ${what.toLowerCase()}`
  const path = read(name, /^[^\0]+$/, wish)
  if (path === undefined) return undefined
  try {
    accessSync(path, constants.R_OK)
    const pem = readFileSync(path)
    if (pem.includes(`${what}-----`)) return pem
  } catch {
    // Why it cannot be read matters less than which setting to mend, which follows.
  }
  return refuse(name, wish)
}

function readProxies(): string[] {
  const wish = 'addresses or networks with commas between them, such as 10.0.0.0/8,127.0.0.1'
  const proxies = (read('TRUST_PROXY', /./, wish) ?? '').split(',').filter((text) => text !== '')
  return proxies.map((text) => {
    const [address = '', bits] = text.trim().split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const isGood =
      isIP(address) > 0 && (bits === undefined || (/^\d+$/.test(bits) && +bits <= most))
    return isGood ? text.trim() : refuse('TRUST_PROXY', wish)
  })
}

function readLogLevel() {
  const levels = /^(fatal|error|warn|info|debug|trace)$/
  return read('LOG_LEVEL', levels, 'fatal, error, warn, info, debug or trace') as
    | LogLevels
    | undefined
}

/** The value stays unsaid: it may hold a password. */
function refuse(name: string, wish: string): never {
  process.stderr.write(`${name} must be ${wish}.\n`)
  process.exit(1)
}
