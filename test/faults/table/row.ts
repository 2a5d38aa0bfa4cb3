import type { Context } from 'mocha'
import type { Damage } from './flight.ts'

export interface Row extends Damage {
  /** How many tasks were under way. */
  tasks: number
  /** How many ended as the table says that they must, other than with success. */
  failed?: number
  /** From the fault, or its end, until all was well again, in ms. */
  recoveryMs: number
}

/** Writes what a row of the table came to into the title of its test, so that any reporter shows it. */
export function tell({ test }: Context, row: Row): void {
  if (!test) return
  const { tasks, lost, doubled, failed, recoveryMs } = row
  const numbers = [
    `${tasks} tasks`,
    `${lost.length} lost`,
    `${doubled.length} doubled`,
    ...(failed === undefined ? [] : [`${failed} failed as they must`]),
    `well again after ${(recoveryMs / 1000).toFixed(1)} s`,
  ]
  test.title = `${test.title}: ${numbers.join(', ')}`
}
