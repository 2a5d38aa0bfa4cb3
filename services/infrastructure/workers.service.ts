import { defineService } from '#bus'
import { DEFAULT_TAKE, listRules } from '#bus/page.ts'

const ofSpace = { permission: 'WorkerView', params: { spaceId: 'string' } } as const

export default defineService('workers', {
  actions: {
    list: {
      description: 'The registered workers of a space: there are none yet',
      permission: 'WorkerView',
      params: listRules,
      handler: (ctx) => ({
        Items: [],
        TotalResults: 0,
        ItemsPerPage: ctx.params.take || DEFAULT_TAKE,
        Skip: ctx.params.skip ?? 0,
      }),
    },
    operatingSystems: { description: 'Their systems', ...ofSpace, handler: () => [] },
    shells: { description: 'Their shells', ...ofSpace, handler: () => [] },
  },
})
