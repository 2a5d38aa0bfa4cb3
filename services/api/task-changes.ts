import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { Changes } from './changes.ts'

/** How long changes of tasks are gathered before they are told, in ms: a task changes many times a second. */
const GATHER_MS = 200

/** Tells those who follow a space of the changes of its tasks, by their ids. */
export function taskChanges(
  bus: Pick<Bus, 'call'>,
  changes: Changes,
  failed: (error: Error) => void,
) {
  const gathered = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const tell = async () => {
    const ids = [...gathered]
    gathered.clear()
    timer = undefined
    const tasks = await asSystem(bus, 'the live stream').call('tasks.known', { ids })
    for (const { Id, SpaceId, ProjectId, EnvironmentId } of tasks) {
      changes.tell({
        spaceId: SpaceId,
        Kind: 'ServerTask',
        Id,
        TaskId: Id,
        ...(ProjectId && { ProjectId }),
        ...(EnvironmentId && { EnvironmentId }),
      })
    }
  }

  return {
    note(id: string) {
      if (isStopped) return
      gathered.add(id)
      // News may be lost: the pages look again by themselves.
      timer ??= setTimeout(() => void tell().catch(failed), GATHER_MS)
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
