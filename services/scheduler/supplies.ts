/** What a run needs besides its script: packages, and where files come from and go to. */
import type { Bus } from '#bus'
import type { Party } from '#bus/messages.ts'
import type { RunFiles } from '#bus/orders.ts'
import { packagesFor } from './run-packages.ts'
import { tokenFor } from './run-tokens.ts'
import type { Supplies } from './unit.ts'

/** Where this node itself can be reached, for its own built-in worker. */
export interface Address {
  /** Such as 'http://localhost:8065'. */
  url: string
  /** Hexadecimal SHA-256 of its certificate; null without HTTPS. */
  certificate: string | null
}

export function suppliesOf(about: {
  bus: Pick<Bus, 'call'>
  server: Party
  /** null while nobody has said so. */
  address(): Address | null
  isBuiltIn(worker: string): boolean
}): Supplies {
  return {
    packages: (wanted) => packagesFor(about.bus, wanted),

    async files({ runId, spaceId, worker, packages }): Promise<RunFiles> {
      const token = await tokenFor({ runId, spaceId, packages }, about.server)
      const address = about.isBuiltIn(worker) ? about.address() : null
      return { token, url: address?.url ?? null, certificate: address?.certificate ?? null }
    },
  }
}
