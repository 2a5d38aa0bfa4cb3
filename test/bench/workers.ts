import { makeLandscape } from '../support/landscape.ts'
import type { Figure, Measurement } from './measurement.ts'
import { placesOf, timeOfQueued } from './queue.ts'
import { withRemote } from './servers.ts'

const SLOTS = 8
const CAP = 64
const sizes = {
  full: { counts: [1, 2, 4, 8], rounds: 6, seconds: 1 },
  smoke: { counts: [1, 2], rounds: 1, seconds: 0 },
}

/** Whether twice the workers do twice the work. */
export const workers: Measurement = {
  name: 'workers',
  about: `Deployments of a bash script that sleeps for a second, on 1, 2, 4 and 8 workers of ${SLOTS} slots that join one
server over Redis, each a process of its own, with a task cap of ${CAP}. All wait in the queue when the first is taken,
and there are ${sizes.full.rounds} for each slot. Beside it, what one worker does, as many times.`,

  async measure(size) {
    const { counts, rounds, seconds } = sizes[size]
    const rates = await withRemote(async ({ server, join }) => {
      const most = Math.max(...counts) * SLOTS
      const places = placesOf(
        await makeLandscape(server, {
          ...{ projects: most, environments: rounds, script: `sleep ${seconds}` },
        }),
      )
      const found: number[] = []
      let joined = 0
      for (const count of counts) {
        await join(count - joined, SLOTS)
        joined = count
        const jobs = places.slice(0, count * SLOTS * rounds)
        found.push((jobs.length / (await timeOfQueued(server, jobs, CAP))) * 1000)
      }
      return found
    })
    const [one = Number.NaN] = rates
    return counts.map(
      (count, at): Figure => ({
        what: `Scripts that sleep for ${seconds} s, on ${count} ${count === 1 ? 'worker' : 'workers'}`,
        ...{ value: rates[at] ?? Number.NaN, unit: 'a second' },
        ...(count > 1 && {
          beside: { what: `${count} × one worker`, value: count * one },
          bound: { atLeast: 0.9 },
        }),
      }),
    )
  },
}
