export interface ActionTemplateCategory {
  Id: string
  Name: string
  DisplayOrder: number
}

/** A kind of step as the list of step types shows it. */
export interface ActionTemplateSearch {
  Id: string | null
  Type: string
  Name: string
  Description: string
  Category: string
  Categories: string[]
  Keywords: string
  Author: string
  Website: string
  IsBuiltIn: boolean
  IsInstalled: boolean
  HasUpdate: boolean
  CommunityActionTemplateId: string | null
}

declare module '#bus' {
  interface Actions {
    'actiontemplates.categories'(params: { spaceId: string }): ActionTemplateCategory[]
    /** The kinds of steps there are; `type` narrows them: 'Octopus.Script'. */
    'actiontemplates.search'(params: { spaceId: string; type?: string }): ActionTemplateSearch[]
  }
}
