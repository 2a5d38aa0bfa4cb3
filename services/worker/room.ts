/** Whether there is room on a worker's disk, and what is said when there is not. */
import { statfsSync } from 'node:fs'
import type { WorkerSettings } from './settings.ts'

const MEGABYTE = 1024 ** 2

/** What a worker may still write below this folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

type Place = Pick<WorkerSettings, 'name' | 'workFolder' | 'leastFreeBytes'>

/** Why no new run is taken, in a sentence; null when there is room. `variables` are the run's, which may ask for more or less. */
export function lackOfRoom(
  { name, workFolder, leastFreeBytes }: Place,
  variables: Record<string, string> = {},
): string | null {
  if (/^true$/i.test(textOf(variables, 'OctopusSkipFreeDiskSpaceCheck') ?? '')) return null
  const wanted = textOf(variables, 'OctopusFreeDiskSpaceOverrideInMegaBytes')
  const needed = /^\d{1,9}$/.test(wanted ?? '') ? Number(wanted) * MEGABYTE : leastFreeBytes
  const free = freeBytes(workFolder)
  if (free >= needed) return null
  return `The disk of the worker ${name} is full: ${inMegabytes(free)} are free, and a run needs ${inMegabytes(needed)}.`
}

function textOf(variables: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(variables).find((key) => key.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : variables[key]
}

const inMegabytes = (bytes: number) => `${Math.floor(bytes / MEGABYTE)} MB`
