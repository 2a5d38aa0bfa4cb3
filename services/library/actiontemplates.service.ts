import { defineService } from '#bus'
import type { ActionTemplateSearch } from './actiontemplates.contract.ts'

const categories = [{ Id: 'Script', Name: 'Script Steps', DisplayOrder: 1 }]

/** The kinds of steps that Tako can run. */
const builtIn: ActionTemplateSearch[] = [
  {
    Id: null,
    Type: 'Octopus.Script',
    Name: 'Run a Script',
    Description: 'Runs a script on a worker: Bash or Python, PowerShell or C# where they are.',
    Category: 'Script',
    Categories: ['Script'],
    Keywords: 'script bash shell python powershell csharp',
    Author: 'Tako',
    Website: '',
    IsBuiltIn: true,
    IsInstalled: true,
    HasUpdate: false,
    CommunityActionTemplateId: null,
  },
]

export default defineService('actiontemplates', {
  actions: {
    categories: {
      description: 'What kinds of steps are sorted by',
      permission: 'any',
      params: { spaceId: 'string' },
      handler: () => categories,
    },

    search: {
      description: 'The kinds of steps that there are',
      permission: 'any',
      params: { spaceId: 'string', type: { type: 'string', optional: true } },
      handler: (ctx) => {
        const { type } = ctx.params
        return type === undefined ? builtIn : builtIn.filter(({ Type }) => Type === type)
      },
    },
  },
})
