import type { Bus } from '#bus'

/** What a task is about: itself, its project and environment, and the documents that its arguments name. Null: no such task. */
export async function relatedToTask(
  system: Pick<Bus, 'call'>,
  spaceId: string,
  taskId: string,
): Promise<string[] | null> {
  const [task] = await system.call('tasks.known', { ids: [taskId] })
  if (!task || task.SpaceId !== spaceId) return null
  const { Arguments } = task
  const named = [Arguments.DeploymentId, Arguments.ReleaseId, task.ProjectId, task.EnvironmentId]
  return [taskId, ...named.filter((id): id is string => typeof id === 'string' && id !== '')]
}
