import { defineService } from '#bus'
import { RefusedError } from '#bus/errors.ts'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertUnless } from '#mixins/changes.ts'
import { crud } from '#mixins/crud.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { projectGroupSchema } from './project-group.model.ts'
import type { ProjectGroup, ProjectGroupBody } from './projectgroups.contract.ts'

const body = {
  Name: nameRule,
  Description: { type: 'string', default: '', max: 10_000 },
  Slug: { type: 'string', optional: true, max: 100 },
  EnvironmentIds: { type: 'array', items: 'string', default: [], max: 10_000 },
  RetentionPolicyId: { type: 'string', optional: true, max: 100 },
} as const

export default defineService('projectgroups', {
  mixins: [stored({ ProjectGroup: projectGroupSchema }), audited],

  actions: {
    ...crud<ProjectGroup, ProjectGroupBody>({
      kind: 'ProjectGroup',
      ids: 'ProjectGroups',
      permission: 'ProjectGroup',
      body,

      prepare: (_ctx, { body }) => ({ RetentionPolicyId: body.RetentionPolicyId ?? null }),

      async checkRemove(ctx, { SpaceId: spaceId, Id: projectGroupId, Name }) {
        const projects = await ctx.call('projects.using', { spaceId, projectGroupId })
        if (projects.length === 0) return
        const names = projects.slice(0, 10).map((project) => `'${project.Name}'`)
        throw new RefusedError(`The project group '${Name}' holds projects: ${names.join(', ')}.`)
      },
    }),

    populate: {
      description: 'Makes the project group that every space begins with',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        const Name = 'Default Project Group'
        const Id = newId('ProjectGroups')
        await insertUnless(this.models.ProjectGroup, { SpaceId }, { Id, SpaceId, Name })
        return null
      },
    },
  },
})
