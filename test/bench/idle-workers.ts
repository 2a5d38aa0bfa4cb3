import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { newToken } from '../support/joined-workers.ts'
import { answerOf, endChild, startChild } from './child.ts'
import type { Figure, Measurement } from './measurement.ts'
import type { IdleCounts, IdleTask } from './processes/idle-workers.ts'
import { type Remote, withRemote } from './servers.ts'

const sizes = {
  full: { counts: [50, 100, 200], seconds: 10, settleMs: 5_000 },
  smoke: { counts: [2, 4], seconds: 1, settleMs: 0 },
}
const MANY = [1_000, 10_000]
/** Of the clock by which Linux counts what processes take. */
const TICKS_A_SECOND = 100

/** What workers cost that have nothing to do. */
export const idleWorkers: Measurement = {
  name: 'idle-workers',
  about: `50, 100 and 200 workers without work, all in one process, each with a broker, keys and connections of its own, that
have joined one server over Redis: packets that are delivered in a second, all together, and the share of one core that
the server takes meanwhile. The numbers for 1,000 and 10,000 workers are not measured, but those of the most workers,
times as many.`,

  async measure(size) {
    const { counts, ...times } = sizes[size]
    const found: Costs[] = []
    for (const count of counts)
      found.push(await withRemote((remote) => costsOf(remote, { count, ...times })))
    const [first] = found
    const last = found.at(-1)
    if (!first || !last) throw new Error('Nothing was measured.')
    return [
      ...found.flatMap((costs) => figuresOf(costs, first)),
      ...MANY.flatMap((count) => {
        const times = count / last.count
        return [
          {
            what: `Deliveries, that gives for ${count.toLocaleString('en')} workers`,
            ...{ value: last.deliveries * times, unit: 'a second' as const },
          },
          {
            what: `Share of a core, that gives for ${count.toLocaleString('en')} workers`,
            ...{ value: last.share * times, unit: '%' as const },
          },
        ]
      }),
    ]
  },
}

interface Costs {
  count: number
  /** A second. */
  deliveries: number
  /** Of one core, of the server, in percent. */
  share: number
}

function figuresOf({ count, deliveries, share }: Costs, first: Costs): Figure[] {
  const times = count / first.count
  return [
    {
      what: `Deliveries with ${count} idle workers`,
      ...{ value: deliveries, unit: 'a second' },
      ...(times > 1 && {
        beside: { what: `${times} × ${first.count} workers`, value: first.deliveries * times },
        bound: { atMost: 1.2 },
      }),
    },
    { what: `Share of a core with ${count} idle workers`, value: share, unit: '%' },
  ]
}

async function costsOf(
  { server, redis }: Remote,
  { count, seconds, settleMs }: { count: number; seconds: number; settleMs: number },
): Promise<Costs> {
  const folder = mkdtempSync(join(tmpdir(), 'tako-idle-'))
  const tokens: string[] = []
  for (let at = 1; at <= count; at++) tokens.push(await newToken(server, `idle-${at}`))
  const task: IdleTask = { server: server.url, redis, tokens, folder }
  const child = startChild('idle-workers', task)
  try {
    await answerOf<IdleCounts>(child)
    await pause(settleMs)
    const pid = server.process.pid ?? 0
    const before = { packets: await packetsOf(child), ticks: ticksOf(pid), at: performance.now() }
    await pause(seconds * 1000)
    const packets = (await packetsOf(child)) - before.packets
    const tookSeconds = (performance.now() - before.at) / 1000
    const share = ((ticksOf(pid) - before.ticks) / TICKS_A_SECOND / tookSeconds) * 100
    return { count, deliveries: packets / tookSeconds, share }
  } finally {
    await endChild(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function packetsOf(child: ChildProcess): Promise<number> {
  const answer = answerOf<IdleCounts>(child)
  child.send({})
  const { received, sent } = await answer
  return received + sent
}

/** The time that a process has taken so far. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // After the name in brackets, which may hold anything: user and system time are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
