import { type Linker, rootOf } from './linker.ts'

export const importLinks: Linker = (resource) => {
  const self = `${rootOf(resource)}/imports/${resource.Id}`
  return {
    Self: self,
    Preview: `${self}/preview{?lifecycleId}`,
    Mappings: `${self}/mappings`,
    Values: `${self}/values`,
    Approve: `${self}/approve`,
    Reject: `${self}/reject`,
    Import: `${self}/import`,
  }
}
