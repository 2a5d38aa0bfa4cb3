import type { LogLine } from './log-line.ts'

const levelWidth = 9
const timeWidth = 8

/** A line of the raw log, such as `10:22:33   Info     |   Hello`; times are UTC. */
export function rawLine({ at, category, text }: LogLine, depth = 0): string {
  const time = new Date(at).toISOString().slice(11, 11 + timeWidth)
  return `${time}   ${category.padEnd(levelWidth)}|${indent(depth)}   ${text}`
}

/** The line that begins an activity: `                    | == Success: Step 1: Deploy web ==`. */
export function rawActivity({ status, name, depth = 0 }: RawActivity): string {
  return `${' '.repeat(timeWidth + 3 + levelWidth)}|${indent(depth)} == ${status}: ${name} ==`
}

export interface RawActivity {
  /** As in the activity log: 'Success', 'SuccessWithWarning', 'Failed'. */
  status: string
  name: string
  /** 0 for the task itself. */
  depth?: number
}

/** What stands above the lines: one `Name: value` each, without those that are not known yet. */
export function rawHeader(task: RawTask): string {
  const facts: [string, string | null][] = [
    ['Task ID:', task.id],
    ['Related IDs:', task.relatedIds.join(', ')],
    ['Task status:', task.status],
    ['Task queued:', timeOf(task.queuedAt)],
    ['Task started:', timeOf(task.startedAt)],
    ['Task completed:', timeOf(task.completedAt)],
    ['Task duration:', task.duration],
    ['Server version:', task.serverVersion],
    ['Server node:', task.serverNode],
  ]
  const known = facts.filter(([, value]) => value)
  return known.map(([label, value]) => `${label.padEnd(17)}${value}\n`).join('')
}

export interface RawTask {
  id: string
  /** Such as the deployment, release and project. */
  relatedIds: string[]
  status: string
  queuedAt: Date | null
  startedAt: Date | null
  completedAt: Date | null
  /** For people: '12 seconds'. */
  duration: string | null
  serverVersion: string
  serverNode: string | null
}

const indent = (depth: number) => '  '.repeat(depth)

const timeOf = (at: Date | null) => at && `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
