import {
  resolveTemplates,
  type TemplateState,
  type ValuesByEnvironment,
  type VariableTemplate,
} from './variable-templates.ts'

interface Named {
  Id: string
  Name: string
}

/** What each environment has of each value that is asked for. */
export interface ValueMatrix {
  Environments: Named[]
  Templates: (Pick<VariableTemplate, 'Name' | 'Label' | 'HelpText' | 'Type' | 'IsRequired'> & {
    /** One for each environment. */
    States: TemplateState[]
  })[]
}

/** Templates are the rows, the environments of a lifecycle the columns. */
export function valueMatrix(
  templates: readonly VariableTemplate[],
  { environments, values }: { environments: readonly Named[]; values: ValuesByEnvironment },
): ValueMatrix {
  const columns = environments.map(({ Id }) => resolveTemplates(templates, values[Id]))
  return {
    Environments: environments.map(({ Id, Name }) => ({ Id, Name })),
    Templates: templates.map(({ Name, Label, HelpText, Type, IsRequired }, at) => ({
      ...{ Name, Label, HelpText, Type, IsRequired },
      States: columns.flatMap((column) => column[at]?.state ?? []),
    })),
  }
}
