import { type EventSource, lastEventId, openEvents } from './event-source.ts'
import type { Exchange } from './exchange.ts'
import { linked } from './links.ts'

/** Lines in one event. */
const PIECE = 2_000

/** A reader is not told more often than this how far the steps are. */
const PAUSE = 250 // ms

/**
 * Follows the log of a task: `lines` as they are written, from the line after the last one that the
 * reader has; `activities` when the task or a step changes; `end` when there is nothing to come.
 * It reads where it has stopped when it is told that there is more, so nothing is lost or doubled.
 */
export async function followLog(exchange: Exchange): Promise<void> {
  const { ctx, door, path, response } = exchange
  const of = { ...(exchange.spaceId && { spaceId: exchange.spaceId }), id: String(path.id) }
  const mayStill = () => ctx.call('tasks.get', of)
  await mayStill()

  // Events may be lost, so each check of the reader is a look at the log too.
  const events = openEvents(exchange, async () => {
    await mayStill()
    follow('task')
  })
  const follow = follower(events, {
    from: firstLine(exchange),
    lines: (from) => ctx.call('tasks.log', { ...of, from, take: PIECE }),
    details: async () => {
      const { Task, ...details } = await ctx.call('tasks.details', { ...of, tail: 0 })
      return { ...details, Task: linked('Task', Task), isOver: Task.IsCompleted }
    },
  })
  const stopListening = door.logReaders.add(of.id, follow)
  response.once('close', stopListening)
  follow('task')
}

/** The line after the last one that the reader has seen, or the one that it asks for. */
function firstLine(exchange: Exchange): number {
  const last = Number(lastEventId(exchange))
  if (last > 0) return last + 1
  return Math.max(1, Math.floor(Number(exchange.query.from)) || 1)
}

interface Source {
  from: number
  lines(from: number): Promise<{ Total: number; Items: { Number: number }[] }>
  details(): Promise<{ isOver: boolean }>
}

/** Reads on at each call, one reading after the other. */
function follower(events: EventSource, source: Source) {
  let next = source.from
  let wish: 'lines' | 'task' | null = null
  let isReading = false
  let toldAt = 0
  let later: NodeJS.Timeout | undefined

  async function readLines() {
    while (events.isOpen()) {
      const { Items, Total } = await source.lines(next)
      const last = Items.at(-1)
      if (!last) return
      next = last.Number + 1
      if (!events.send('lines', { Items, Total }, last.Number)) await events.ready()
      if (next > Total) return
    }
  }

  async function tellActivities() {
    const wait = toldAt + PAUSE - Date.now()
    if (wait > 0) {
      // Lines go on meanwhile, and all that changes until then is told at once.
      if (later === undefined) later = setTimeout(goOn, wait)
      return
    }
    toldAt = Date.now()
    const { isOver, ...details } = await source.details()
    // The task ended before it was asked: what it wrote is all there by now.
    if (isOver) await readLines()
    events.send('activities', details)
    if (!isOver) return
    events.send('end', {})
    events.close()
  }

  // A timer may ring a little early, and is then set again.
  function goOn() {
    later = undefined
    follow('task')
  }

  async function read() {
    isReading = true
    while (wish !== null && events.isOpen()) {
      const what = wish
      wish = null
      await readLines()
      if (what === 'task') await tellActivities()
    }
    isReading = false
  }

  function follow(what: 'lines' | 'task') {
    wish = wish === 'task' ? 'task' : what
    // The reader comes again by itself and is told then what is wrong.
    if (!isReading) read().catch(() => events.close())
  }
  return follow
}
