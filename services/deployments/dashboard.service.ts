import type { Model } from 'mongoose'
import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { type BoardFilter, type Cell, isFiltered, itemsOf, type Row } from '#domain/dashboard.ts'
import type { Asked } from '#mixins/crud.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { rowSchema, type StoredRow } from './deployment.model.ts'
import type { Board } from './deployments.contract.ts'
import { liveOf, remoteOf } from './rows.ts'

const ids = { type: 'array', items: 'string', convert: true, optional: true, max: 10_000 } as const
const id = { type: 'string', optional: true } as const
const flag = { type: 'boolean', convert: true, optional: true } as const
const ENDED = ['Success', 'Failed', 'Canceled', 'TimedOut']
/** More than a space can have: all of them. */
const ALL = 2_147_483_647

/** What is where, from rows that are kept: it never reads the history of deployments. */
export default defineService('dashboard', {
  mixins: [stored({ DashboardRow: rowSchema })],

  actions: {
    get: {
      description: 'The projects and environments of a space with what is deployed where',
      permission: 'ProjectView',
      params: {
        spaceId: 'string',
        projectId: id,
        releaseId: id,
        selectedTenants: ids,
        selectedTags: ids,
        showAll: flag,
        highestLatestVersionPerProjectAndEnvironment: flag,
      },
      async handler(ctx) {
        const { spaceId, projectId, releaseId, selectedTenants } = ctx.params
        const filter: BoardFilter = {
          ...(projectId !== undefined && { projects: [projectId] }),
          ...(selectedTenants !== undefined && { tenants: selectedTenants }),
        }
        const board = await boardOf(ctx, this.models.DashboardRow, { spaceId, filter })
        if (releaseId === undefined) return board
        const Items = board.Items.filter(({ ReleaseId }) => ReleaseId === releaseId)
        return { ...board, Items, IsFiltered: true }
      },
    },

    dynamic: {
      description: 'The same for some projects and environments, by their ids',
      permission: 'ProjectView',
      params: { spaceId: 'string', projects: ids, environments: ids, includePrevious: flag },
      handler(ctx) {
        const { spaceId, projects, environments, includePrevious = false } = ctx.params
        const filter: BoardFilter = {
          ...(projects !== undefined && { projects }),
          ...(environments !== undefined && { environments }),
        }
        return boardOf(ctx, this.models.DashboardRow, { spaceId, filter, includePrevious })
      },
    },

    remote: {
      description: 'What other spaces tell of what is on the dashboard',
      permission: 'ProjectView',
      params: { spaceId: 'string', projects: ids },
      async handler(ctx) {
        const { spaceId, projects } = ctx.params
        const where = whereOf(spaceId, { ...(projects && { projects }) })
        const system = asSystem(ctx.broker, 'the dashboard')
        const [rows, environments] = await Promise.all([
          this.models.DashboardRow.find(where).lean<StoredRow[]>(),
          system.call('environments.list', { spaceId, take: ALL }),
        ])
        const remote = environments.Items.filter(({ Remote }) => Remote)
        const EnvironmentIds = remote.map(({ Id }) => Id)
        const Items = rows.flatMap(({ ProjectId, EnvironmentId, Current }) =>
          Current?.Remote
            ? [
                {
                  ...{ Id: `dashboarditem-${Current.DeploymentId}`, ProjectId, EnvironmentId },
                  ...{ DeploymentId: Current.DeploymentId, News: Current.Remote.News },
                },
              ]
            : [],
        )
        return { Items, EnvironmentIds }
      },
    },

    eraseSpace: {
      description: 'Takes away the rows of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.DashboardRow.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },
})

async function boardOf(
  ctx: Asked,
  rows: Model<StoredRow>,
  about: { spaceId: string; filter: BoardFilter; includePrevious?: boolean },
): Promise<Board> {
  const { spaceId, filter, includePrevious = false } = about
  const system = asSystem(ctx.broker, 'the dashboard')
  const wanted = (list: readonly string[] | undefined) => (list ? { ids: [...list] } : {})
  const [found, projects, groups, environments] = await Promise.all([
    rows.find(whereOf(spaceId, filter)).lean<StoredRow[]>(),
    system.call('projects.list', { spaceId, take: ALL, ...wanted(filter.projects) }),
    system.call('projectgroups.list', { spaceId, take: ALL }),
    system.call('environments.list', { spaceId, take: ALL, ...wanted(filter.environments) }),
  ])
  const known = {
    projects: new Set(projects.Items.map(({ Id }) => Id)),
    environments: new Set(environments.Items.map(({ Id }) => Id)),
  }
  const shown = found.filter(
    (row) => known.projects.has(row.ProjectId) && known.environments.has(row.EnvironmentId),
  )
  const live = await enlivened(system, shown)
  const EnvironmentIds = environments.Items.map(({ Id }) => Id)
  return {
    Projects: projects.Items.map(({ Id, Name, Slug, ProjectGroupId, IsDisabled, ...project }) => ({
      Id,
      Name,
      Slug,
      ProjectGroupId,
      EnvironmentIds,
      TenantedDeploymentMode: project.TenantedDeploymentMode,
      CanPerformUntenantedDeployment: project.TenantedDeploymentMode !== 'Tenanted',
      IsDisabled,
    })),
    ProjectGroups: groups.Items.map(({ Id, Name }) => ({ Id, Name, EnvironmentIds })),
    Environments: environments.Items.map(({ Id, Name }) => ({ Id, Name })),
    Tenants: [],
    Items: itemsOf(live, { filter, includePrevious, now: new Date() }),
    ProjectLimit: null,
    IsFiltered: isFiltered(filter),
  }
}

const whereOf = (SpaceId: string, { projects, environments }: BoardFilter) => ({
  SpaceId,
  ...(projects && { ProjectId: { $in: projects } }),
  ...(environments && { EnvironmentId: { $in: environments } }),
})

const enlivenedCell = (cell: Cell, task: Parameters<typeof liveOf>[0]): Cell => ({
  ...cell,
  ...(cell.Remote ? remoteOf(task, cell.Remote) : liveOf(task)),
})

/** What still moves is shown as its task is now: only the few that run are asked for. */
async function enlivened(system: ReturnType<typeof asSystem>, rows: Row[]): Promise<Row[]> {
  const moving = rows.flatMap(({ Current }) =>
    Current && !ENDED.includes(Current.State) ? [Current.TaskId] : [],
  )
  if (moving.length === 0) return rows
  const tasks = await system.call('tasks.known', { ids: moving })
  const byId = new Map(tasks.map((task) => [task.Id, task]))
  return rows.map((row) => {
    const task = row.Current && byId.get(row.Current.TaskId)
    return row.Current && task ? { ...row, Current: enlivenedCell(row.Current, task) } : row
  })
}
