/** Puts old deployments straight into the store of a server that does not run, as history leaves them. */
import { closeStore, openStore } from '#store/connection.ts'
import { newId } from '#store/ids.ts'
import {
  deploymentSchema,
  rowSchema,
  type StoredDeployment,
} from '../../../services/deployments/deployment.model.ts'
import { cellOf, putInRow } from '../../../services/deployments/rows.ts'
import { taskSchema } from '../../../services/scheduler/task.model.ts'

export interface DeploymentsTask {
  projects: { id: string; releaseId: string }[]
  environments: string[]
  /** How many for each project in each environment; of the last one, the dashboard's row tells. */
  each: number
  /** Whether there are rows already. */
  areOld: boolean
}

const DAY_MS = 86_400_000

process.once('message', async ({ projects, environments, each, areOld }: DeploymentsTask) => {
  const store = await openStore('tako')
  const Deployment = store.model('Deployment', deploymentSchema)
  const Task = store.model('Task', taskSchema)
  const Row = store.model('DashboardRow', rowSchema)
  await Promise.all([Deployment.init(), Task.init(), Row.init()])
  for (const project of projects) {
    const places = environments.flatMap((environment) =>
      Array.from({ length: each }, (_, age) => ({
        project,
        environment,
        age: age + (areOld ? 1 : 0),
      })),
    )
    const made = places.map(historic)
    await Deployment.insertMany(made.map(({ deployment }) => deployment))
    await Task.insertMany(made.map(({ task }) => task))
    for (const { deployment, task } of areOld ? [] : made)
      await putInRow(Row, deployment, cellOf(deployment, '1.0.0', task))
  }
  await closeStore()
  process.send?.({})
})

interface Place {
  project: { id: string; releaseId: string }
  environment: string
  /** In days. */
  age: number
}

function historic({ project, environment, age }: Place) {
  const at = new Date(Date.now() - (age + 1) * DAY_MS).toISOString()
  const place = {
    SpaceId: 'Spaces-1',
    ProjectId: project.id,
    EnvironmentId: environment,
    TenantId: null,
  }
  const [_id, TaskId] = [newId('Deployments'), newId('ServerTasks')]
  const deployment = {
    ...{ _id, ...place, TaskId, ReleaseId: project.releaseId, ChannelId: 'Channels-1' },
    ...{ DeploymentProcessId: 'deploymentprocess', ManifestVariableSetId: 'variableset' },
    ...{ Name: 'Deploy to an environment', Created: at, DeployedBy: 'admin', _outcome: 'Success' },
  } as StoredDeployment // The schema's defaults make up the rest.
  const task = {
    ...{ _id: TaskId, ...place, Name: 'Deploy', Description: 'Deploy a project' },
    Arguments: { DeploymentId: _id, ReleaseId: project.releaseId, ReleaseVersion: '1.0.0' },
    ...{ State: 'Success' as const, QueueTime: at, StartTime: at, LastUpdatedTime: at },
    ...{ CompletedTime: at, HasPendingInterruptions: false, HasWarningsOrErrors: false },
    ...{ ErrorMessage: '', _rank: 2 },
  }
  return { deployment, task }
}
