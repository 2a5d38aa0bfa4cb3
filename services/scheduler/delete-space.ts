import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { type Execution, pause } from './execution.ts'
import { insist } from './insist.ts'

/**
 * Who has data of a space, in the order in which it goes: what refers to others goes before them.
 * Each takes away what is left of its own, so the task can be begun again anywhere.
 */
const OWNERS = [
  'dashboard',
  'artifacts',
  'receipts',
  'promotions',
  'promotionsinbox',
  'promotionoutbox',
  'deployments',
  'releases',
  'variables',
  'templatevalues',
  'processes',
  'channels',
  'projects',
  'projectgroups',
  'lifecycles',
  'environments',
  'promotionfetches',
  'imports',
  'receiptsout',
  'trusts',
  'spaceidentities',
  'workers',
  'workertokens',
  'workerpools',
  'machinepolicies',
  'packages',
  'buildinformation',
  'feeds',
  'retentionpolicies',
  'teams',
  'events',
  'tasks',
] as const

const REST_MS = 200
const NO_LIMIT = { timeout: 0 }

/** Takes a space away with everything in it: what runs is cancelled first. */
export function spaceDeletion(broker: Pick<Bus, 'call'>) {
  return async (execution: Execution): Promise<void> => {
    const { task, log, leave } = execution
    const spaceId = String(task.Arguments.SpaceId)
    const system = asSystem(broker, 'a space is deleted')
    await log.say('', 'i', 'Cancels what is queued or runs in the space.')
    for (;;) {
      if (leave.aborted) throw leave.reason
      const { active } = await insist(() => system.call('tasks.cancelOf', { spaceId }), leave)
      if (active === 0) break
      await pause(REST_MS, leave)
    }
    for (const owner of OWNERS) {
      if (leave.aborted) throw leave.reason
      await log.say('', 'v', `Takes away its ${owner}.`)
      await insist(() => system.call(`${owner}.eraseSpace`, { spaceId }, NO_LIMIT), leave)
    }
    await insist(() => system.call('spaces.erase', { spaceId }), leave)
    await log.say('', 'i', 'The space is gone.')
    await execution.finish('Success', {})
  }
}
