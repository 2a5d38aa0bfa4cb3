/** Many tasks that run at the same time, each with a script that says when it begins and when it ends. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploy, makeLandscape } from '../../support/landscape.ts'
import { inParallel } from '../../support/parallel.ts'
import { until } from '../../support/until.ts'
import type { Cluster } from './cluster.ts'

/** Two tasks of one project in one environment never run at once: so there are 210 places. */
const PROJECTS = 15
const ENVIRONMENTS = 14
/** So many lines each script prints before it waits, and again before it ends. */
const LINES = 20
/** Requests at once. */
const AT_ONCE = 8

export interface FlightTask {
  Id: string
  State: string
  IsCompleted: boolean
  ErrorMessage: string
  ServerNode: string
}

/** What has gone wrong with tasks. */
export interface Damage {
  /** Without success, or without the end of their script, or still to run and not running. */
  lost: string[]
  /** Their scripts began, or ended, more often than was allowed: once, or once more where it may be tried again. */
  doubled: string[]
  /** What is wrong with their logs. */
  logs: string[]
}

export const WHOLE: Damage = { lost: [], doubled: [], logs: [] }

export type Flight = Awaited<ReturnType<typeof newFlight>>

/** Prepares projects and environments; nothing runs yet. The steps of the last project may be tried again. */
export async function newFlight(cluster: Cluster) {
  const folder = mkdtempSync(join(tmpdir(), 'tako-flight-'))
  const marks = join(folder, 'marks')
  const gate = (id: string) => join(folder, id)
  writeFileSync(marks, '')
  const landscape = await makeLandscape(cluster, {
    ...{ title: 'Flight', projects: PROJECTS, environments: ENVIRONMENTS },
    script: scriptIn(folder),
    properties: (at): Record<string, string> =>
      at === PROJECTS - 1 ? { 'Octopus.Action.AutoRetry.MaximumCount': '1' } : {},
  })
  const places = landscape.environments.flatMap((environment) =>
    landscape.projects.map((project) => ({ project, environment })),
  )
  const held = new Map<string, (typeof places)[number]>()
  const retried = new Set<string>()
  const opened: number[] = []

  function countsOf(word: 'begins' | 'ends'): (id: string) => number {
    const found = new Map<string, number>()
    for (const line of readFileSync(marks, 'utf8').split('\n')) {
      const [id = '', what] = line.split(' ')
      if (what === word) found.set(id, (found.get(id) ?? 0) + 1)
    }
    return (id) => found.get(id) ?? 0
  }

  async function tasksOf(ids: string[]) {
    if (ids.length === 0) return []
    const path = `/tasks?take=${ids.length}&ids=${ids.join(',')}`
    return (await cluster.ask<{ Items: FlightTask[] }>('GET', path)).Items
  }

  async function completed(ids: string[], patienceMs = 60_000) {
    const isOver = async () => {
      const tasks = await tasksOf(ids)
      return tasks.length === ids.length && tasks.every((task) => task.IsCompleted) && tasks
    }
    return until(isOver, `${ids.length} tasks end`, patienceMs)
  }

  function release(ids: string[]) {
    for (const id of ids) {
      held.delete(id)
      // For reading and writing: who waits for a writer goes on, and from now on nobody has to.
      opened.push(openSync(gate(id), 'r+'))
    }
  }

  async function logFaults(id: string) {
    const response = await cluster.get(`/tasks/${id}/raw`)
    const lines = (await response.text()).match(/\b(before|after) \d+$/gm) ?? []
    const expected = ['before', 'after'].flatMap((word) =>
      Array.from({ length: LINES }, (_, at) => `${word} ${at + 1}`),
    )
    return lines.join() === expected.join() ? null : `${id}: ${lines.length} lines: ${lines.join()}`
  }

  return {
    /** The tasks whose scripts wait to be released. */
    held: () => [...held.keys()],
    /** Whether the step of a task may be tried again. */
    mayRetry: (id: string) => retried.has(id),
    begun: (id: string) => countsOf('begins')(id),
    tasksOf,
    completed,
    release,

    /** Has so many tasks under way, of which the scripts wait. Answers all. */
    async fill(count: number) {
      const taken = new Set(held.values())
      const free = places.filter((place) => !taken.has(place)).slice(0, count - held.size)
      await inParallel(free.length, AT_ONCE, async (at) => {
        const place = free[at]
        if (!place) return
        const id = await deploy(cluster, place.project, place.environment)
        held.set(id, place)
        if (place.project === landscape.projects.at(-1)) retried.add(id)
      })
      await until(() => [...held.keys()].every(countsOf('begins')), `${count} scripts run`, 120_000)
      return [...held.keys()]
    },

    /** Lets so many go on to their end. */
    releaseSome(count: number) {
      const ids = [...held.keys()].slice(0, count)
      release(ids)
      return ids
    },

    /** Looks at tasks that have been released and have ended, and at those that are still held. */
    async damage(ended: string[]): Promise<Damage> {
      const [begins, ends] = [countsOf('begins'), countsOf('ends')]
      const still = [...held.keys()]
      const tasks = new Map((await tasksOf([...ended, ...still])).map((task) => [task.Id, task]))
      const told = (id: string) => {
        const { State, ErrorMessage } = tasks.get(id) ?? { State: 'unknown', ErrorMessage: '' }
        return `${id}: ${State} ${ErrorMessage} (begun ${begins(id)}, ended ${ends(id)})`
      }
      const most = (id: string) => (retried.has(id) ? 2 : 1)
      const isWhole = (id: string) =>
        tasks.get(id)?.State === 'Success' && begins(id) > 0 && ends(id) > 0
      const isUnderWay = (id: string) => tasks.get(id)?.IsCompleted === false && begins(id) > 0
      // Of one that was tried again, there are the lines of both.
      const single = ended.filter((id) => begins(id) === 1)
      const logs = await inParallel(single.length, AT_ONCE, (at) => logFaults(single[at] ?? ''))
      return {
        lost: [...ended.filter((id) => !isWhole(id)), ...still.filter((id) => !isUnderWay(id))].map(
          told,
        ),
        doubled: [...ended, ...still].filter((id) => Math.max(begins(id), ends(id)) > most(id)),
        logs: logs.filter((fault) => fault !== null),
      }
    },

    /** Lets all scripts end, also those of which no server knows any more. */
    remove() {
      const begun = readFileSync(marks, 'utf8').match(/^\S+(?= begins$)/gm) ?? []
      for (const id of begun) closeSync(openSync(gate(id), 'r+'))
      for (const file of opened) closeSync(file)
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** It waits without costing anything, until somebody opens its gate for writing. */
const scriptIn = (folder: string) => `
task='#{Octopus.Task.Id}'
[ -p "${folder}/$task" ] || mkfifo "${folder}/$task"
echo "$task begins" >> "${folder}/marks"
for ((i = 1; i <= ${LINES}; i++)); do echo "before $i"; done
: < "${folder}/$task"
for ((i = 1; i <= ${LINES}; i++)); do echo "after $i"; done
echo "$task ends" >> "${folder}/marks"
`
