import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotFoundError } from '#bus/errors.ts'
import { newId } from '#store/ids.ts'
import { present } from './find.ts'
import type { StoredSpace } from './space.model.ts'
import type { Space } from './spaces.contract.ts'

type Spaces = Model<StoredSpace>

/** Hides a space under a name that no other can have, and starts the task that takes it away. */
export async function startDeletion(spaces: Spaces, broker: Pick<Bus, 'call'>, space: Space) {
  const taskId = newId('ServerTasks')
  const { matchedCount } = await spaces.updateOne(
    { _id: space.Id, ...present, TaskQueueStopped: true },
    // Its name and slug are free for others at once; a name of this form cannot be given.
    { $set: { _deleting: taskId, _name: `\u0000${space.Id}`, Slug: space.Id } },
  )
  if (matchedCount === 0) throw new NotFoundError('Space', space.Id)
  await queue(broker, { taskId, spaceId: space.Id, name: space.Name })
}

/** Starts the deletions whose task was not stored before a crash. */
export async function resumeDeletions(spaces: Spaces, broker: Pick<Bus, 'call'>): Promise<void> {
  const hidden = await spaces.find({ _deleting: { $exists: true } }).lean()
  for (const { _id, Name, _deleting } of hidden) {
    if (_deleting) await queue(broker, { taskId: _deleting, spaceId: String(_id), name: Name })
  }
}

async function queue(
  broker: Pick<Bus, 'call'>,
  { taskId, spaceId, name }: { taskId: string; spaceId: string; name: string },
) {
  await asSystem(broker, `the space ${spaceId} is deleted`).call('tasks.create', {
    Id: taskId,
    // The space is hidden, so its last task is the server's.
    SpaceId: null,
    Name: 'DeleteSpace',
    Description: `Delete the space ${name}`,
    Arguments: { SpaceId: spaceId },
  })
}
