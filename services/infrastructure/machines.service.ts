import { defineService } from '#bus'
import { DEFAULT_TAKE, listRules } from '#bus/page.ts'

const ofSpace = { permission: 'MachineView', params: { spaceId: 'string' } } as const

export default defineService('machines', {
  actions: {
    list: {
      description: 'The deployment targets of a space: there are none yet',
      permission: 'MachineView',
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
    roles: { description: 'Their roles', ...ofSpace, handler: () => [] },
  },
})
