import { type Connection, type Model, Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import { onEachStore } from './stores.ts'

/** A document with something of each kind. */
export interface Task {
  _id: string
  SpaceId?: string
  State?: string
  Rank?: number
  At?: Date | null
  Tags?: string[]
  Values?: Record<string, unknown>
  Steps?: { Name: string; Runs?: number }[]
  Version?: number
  _mutex?: string
}

export const taskSchema = () =>
  new Schema<Task>({
    SpaceId: String,
    State: String,
    Rank: Number,
    At: Date,
    Tags: { type: [String], default: undefined },
    Values: Schema.Types.Mixed,
    Steps: {
      type: [new Schema({ Name: String, Runs: Number }, { _id: false })],
      default: undefined,
    },
    _mutex: String,
  })
    .plugin(resource)
    .index({ State: 1, Rank: 1 })
    .index({ SpaceId: 1, Rank: -1 })
    .index({ At: 1 })
    .index({ Tags: 1 })
    .index({ _mutex: 1 }, { unique: true, sparse: true })

/** 'Tasks-0', 'Tasks-1', … with their number as `Rank`. */
export const numbered = (count: number, more: (number: number) => Partial<Task> = () => ({})) =>
  Array.from({ length: count }, (_, at) => ({ _id: `Tasks-${at}`, Rank: at, ...more(at) }))

/** What the cases find: of before the first of them, but filled anew for each. */
export interface Tasks {
  store: Connection
  tasks: Model<Task>
  /** A database beside that of the tasks, which the case drops itself. */
  openOther(): Connection
}

/** Describes what holds for an empty collection of tasks on each store. */
export function onTasks(title: string, cases: (given: Tasks) => void): void {
  onEachStore(title, (stores) => {
    const given = { openOther: stores.open } as Tasks // The rest comes before each case.

    beforeEach(async () => {
      given.store = stores.open()
      given.tasks = given.store.model('Task', taskSchema())
      await given.tasks.init()
    })

    afterEach(() => given.store.dropDatabase())

    cases(given)
  })
}
