import { type Linker, rootOf } from './linker.ts'

/** A release on its way to another space. */
export const promotion: Linker = (resource) => {
  const root = rootOf(resource)
  const self = `${root}/promotions/${resource.Id}`
  return {
    Self: self,
    Report: `${self}/report`,
    Bundle: `${self}/bundle`,
    PackagePack: `${self}/packagepack`,
    Withdraw: `${self}/withdraw`,
    Resend: `${self}/resend`,
    Recall: `${self}/recall`,
    Release: `${root}/releases/${resource.ReleaseId}`,
    Trust: `${root}/trusts/${resource.TrustId}`,
    Receipts: `${root}/releases/${resource.ReleaseId}/receipts`,
  }
}
