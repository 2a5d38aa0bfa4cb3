/** What links are made of: any resource with its id, and its space if it is in one. */
export interface Linkable {
  Id: string
  SpaceId?: string | null
  [field: string]: unknown
}

export type Links = Record<string, string>

/** The links of one kind of resource. */
export type Linker = (resource: Linkable) => Links

/** The address of the space of a resource, or of the server. */
export const rootOf = ({ SpaceId }: Pick<Linkable, 'SpaceId'>) =>
  SpaceId ? `/api/${SpaceId}` : '/api'

/** The links of a resource that has nothing but itself, such as one under 'environments'. */
export const selfUnder =
  (collection: string): Linker =>
  (resource) => ({ Self: `${rootOf(resource)}/${collection}/${resource.Id}` })

/** Of a resource with its links: what already has some keeps them not. */
export const withLinks = <T extends Linkable>(linker: Linker, resource: T) => ({
  ...resource,
  Links: linker(resource),
})
