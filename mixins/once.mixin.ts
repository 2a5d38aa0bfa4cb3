import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Model, Schema } from 'mongoose'
import { defineMixin } from '#bus'
import { closeStore, openStore } from '#store/connection.ts'

/** Who does a job of the whole server now, or has done it lately. */
interface StoredJob {
  _id: string
  holder: string
  /** Epoch ms: until then no other node does it. */
  until: number
}

const jobSchema = new Schema<StoredJob>({
  _id: String,
  holder: { type: String, required: true },
  until: { type: Number, required: true },
}).set('versionKey', false)

const DUPLICATE_KEY = 11_000
/** How long a job belongs to a node that has died while it did it, in ms. */
const HELD_MS = 15_000
const LOOK_EACH_MS = 50

interface Once {
  /**
   * Does the work on one of all nodes, and not again before `everyMs` have passed, whichever node asks.
   * Answers false when it was another's. For what timers do: call it on each node, as often as it is due.
   */
  oncePer(everyMs: number, job: string, work: () => Promise<unknown>): Promise<boolean>
  /** Does the work here, and on no other node at the same time: they wait. */
  inTurn<T>(job: string, work: () => Promise<T>): Promise<T>
}

type Jobs = Model<StoredJob>

/** Gives a service a way to do on one node what is for all of them. A node that dies is replaced. */
export const once = defineMixin<Once & { jobs: Jobs; jobHolder: string }>({
  async started() {
    const store = await openStore(this.broker.namespace)
    this.jobs = store.model<StoredJob>('Job', jobSchema)
    this.jobHolder = randomUUID()
  },

  stopped: closeStore,

  methods: {
    async oncePer(everyMs, job, work) {
      const from = Date.now()
      if (!(await take(this.jobs, { _id: job, holder: this.jobHolder }, from))) return false
      const mine = { _id: job, holder: this.jobHolder }
      try {
        await held(this.jobs, mine, work)
      } finally {
        await this.jobs.updateOne(mine, { $set: { until: from + everyMs } })
      }
      return true
    },

    async inTurn(job, work) {
      const mine = { _id: job, holder: this.jobHolder }
      while (!(await take(this.jobs, mine, Date.now()))) await wait(LOOK_EACH_MS)
      try {
        return await held(this.jobs, mine, work)
      } finally {
        // Nothing stays of it: there may be a job for each of many things.
        await this.jobs.deleteOne(mine)
      }
    },
  },
})

type Mine = Pick<StoredJob, '_id' | 'holder'>

/** One write decides, of however many nodes. */
async function take(jobs: Jobs, { _id, holder }: Mine, now: number): Promise<boolean> {
  try {
    const free = { _id, until: { $lte: now } }
    await jobs.updateOne(free, { $set: { holder, until: now + HELD_MS } }, { upsert: true })
    return true
  } catch (error) {
    // It is there, and not free.
    if ((error as { code?: number }).code === DUPLICATE_KEY) return false
    throw error
  }
}

/** Keeps the job while it is done. */
async function held<T>(jobs: Jobs, mine: Mine, work: () => Promise<T>): Promise<T> {
  const keep = setInterval(() => {
    // What fails here fails the work too: the store is away.
    jobs.updateOne(mine, { $set: { until: Date.now() + HELD_MS } }).catch(() => undefined)
  }, HELD_MS / 3)
  try {
    return await work()
  } finally {
    clearInterval(keep)
  }
}
