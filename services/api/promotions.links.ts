import { type Linker, rootOf } from './linker.ts'

export const spaceIdentity: Linker = (resource) => {
  const self = `${rootOf(resource)}/identity`
  return {
    Self: self,
    Document: `${self}/document`,
    Rotations: `${self}/rotations`,
    Rotate: `${self}/rotate`,
  }
}

export const trust: Linker = (resource) => {
  const self = `${rootOf(resource)}/trusts/${resource.Id}`
  return {
    Self: self,
    Confirm: `${self}/confirm`,
    Suspend: `${self}/suspend`,
    Resume: `${self}/resume`,
    Revoke: `${self}/revoke`,
    Renew: `${self}/renew`,
    Test: `${self}/test`,
    Directory: `${self}/directory`,
  }
}
