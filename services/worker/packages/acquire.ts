import { existsSync, mkdirSync } from 'node:fs'
import { link, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunPackage } from '#bus/orders.ts'
import { sizeText } from '#domain/archive-rules.ts'
import { folderNameOf } from '#domain/installation.ts'
import { isOn } from '#domain/literal-values.ts'
import { cacheFolderOf, packageCache } from './cache.ts'
import { download } from './download.ts'
import type { Job } from './job.ts'
import { type Patience, reasonOf, patience as usual } from './persist.ts'
import { say } from './say.ts'
import { serverOf } from './server-request.ts'
import { unpack } from './unpack.ts'

/** A package that is on this machine, checked. */
export interface Acquired extends RunPackage {
  /** Its file, the run's own. */
  file: string
}

/** A package and where it is unpacked; null where it is not. */
export interface Placed extends Acquired {
  folder: string | null
}

export const titleOf = ({ packageId, version }: Pick<RunPackage, 'packageId' | 'version'>) =>
  `${packageId} ${version}`

/** Brings all packages of a run to it: from the cache of the worker, else from the server. */
export async function acquire(job: Job, patience: Patience = usual): Promise<Acquired[]> {
  const { home, cacheBytes } = job.worker
  const cache = packageCache({ folder: cacheFolderOf(home), limitBytes: cacheBytes })
  const mayUseCache = !isOn(job.spec.variables, 'Octopus.Deployment.ForcePackageDownload')
  const from = serverOf(job.spec.files, job.worker)
  const acquired: Acquired[] = []
  for (const [index, wanted] of job.spec.packages.entries()) {
    const folder = join(job.folder, 'packages', `${index}`)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = join(folder, fileNameOf(wanted))
    const what = titleOf(wanted)
    if (mayUseCache && (await cache.take(wanted, file))) {
      say.verbose(`${what} is in the worker's cache (${sizeText(wanted.size)}).`)
    } else {
      await cache.makeRoom(wanted, what)
      const startedAt = performance.now()
      const path = `/api/runs/${encodeURIComponent(job.runId)}/packages/${wanted.sha256}`
      await download({ ...wanted, server: from, path, file, what, patience })
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
      say.info(`${what} was fetched: ${sizeText(wanted.size)} in ${seconds} s.`)
      await cache.keep(wanted, file)
    }
    acquired.push({ ...wanted, file })
  }
  return acquired
}

const fileNameOf = ({ packageId, version, fileExtension }: RunPackage) =>
  folderNameOf(`${packageId}.${version}`) + fileExtension

/**
 * Puts packages into the folder where scripts begin, by the names of their references: unpacked, or as
 * they are. Those in `folders` go to the folder that is named there.
 */
export async function place(
  packages: Acquired[],
  workFolder: string,
  folders = new Map<string, string>(),
): Promise<Placed[]> {
  const placed: Placed[] = []
  for (const one of packages) {
    const name = folderNameOf(one.name === '' ? 'package' : one.name)
    if (one.extract) {
      const folder = folders.get(one.name) ?? freePath(workFolder, name, '')
      await unpackPackage(one, folder)
      placed.push({ ...one, folder })
    } else {
      const file = freePath(workFolder, name, one.fileExtension)
      await link(one.file, file)
      placed.push({ ...one, file, folder: null })
    }
  }
  return placed
}

async function unpackPackage(one: Acquired, folder: string) {
  try {
    const files = await unpack({ file: one.file, extension: one.fileExtension, folder })
    say.verbose(`${titleOf(one)} was unpacked into ${folder}: ${files} files.`)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw new Error(`${titleOf(one)} was not unpacked. ${reasonOf(error)}`)
  }
}

/** A path in a folder that nothing has yet. */
function freePath(folder: string, name: string, extension: string): string {
  for (let count = 0; ; count++) {
    const path = join(folder, `${name}${count === 0 ? '' : `_${count}`}${extension}`)
    if (!existsSync(path)) return path
  }
}
