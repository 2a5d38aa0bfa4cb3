import { setTimeout as pause } from 'node:timers/promises'
import { deploy, type Landscape, type LandscapeProject } from '../support/landscape.ts'
import { inParallel } from '../support/parallel.ts'
import type { ServerProcess } from '../support/process.ts'
import { activeTasks, setCap } from './servers.ts'

const LOOK_MS = 250

/** Where a deployment goes: no two to the same at once. */
export interface Place {
  project: LandscapeProject
  environment: string
}

export const placesOf = ({ projects, environments }: Landscape): Place[] =>
  environments.flatMap((environment) => projects.map((project) => ({ project, environment })))

/** How long deployments take that all wait in the queue when the first is taken, in ms. */
export async function timeOfQueued(server: ServerProcess, places: Place[], cap: number) {
  await setCap(server, 0)
  await queueAll(server, places)
  const releasedAt = Date.now()
  await setCap(server, cap)
  return (await endOfAll(server, releasedAt)) - releasedAt
}

export async function queueAll(server: ServerProcess, places: Place[]): Promise<void> {
  await inParallel(places.length, 8, async (at) => {
    const place = places[at]
    if (place) await deploy(server, place.project, place.environment)
  })
}

interface Ended {
  State: string
  CompletedTime: string
}

/** When the last task of those ended that have ended since `from`, in epoch ms. */
export async function endOfAll(server: ServerProcess, from: number): Promise<number> {
  // Seldom enough to cost next to nothing; when the last one ended, it says itself.
  while ((await activeTasks(server)) > 0) await pause(LOOK_MS)
  const since = new Date(from).toISOString()
  const path = `/tasks?name=Deploy&fromCompletedDate=${since}&take=10000`
  const { Items } = await server.ask<{ Items: Ended[] }>('GET', path)
  const failed = Items.filter(({ State }) => State !== 'Success')
  if (failed.length > 0) throw new Error(`${failed.length} deployments did not succeed.`)
  return Math.max(...Items.map(({ CompletedTime }) => Date.parse(CompletedTime)))
}
