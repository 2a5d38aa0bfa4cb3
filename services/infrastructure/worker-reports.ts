/** What workers tell of themselves, on its way into the store. */
import { publicOf } from '#store/resource.ts'
import type { StoredWorker } from './worker.model.ts'
import { type Judge, settle } from './worker-health.ts'
import type { WorkerFacts, WorkerSeen } from './workers.contract.ts'

const text = { type: 'string', max: 200, optional: true } as const
const count = { type: 'number', integer: true, min: 0, optional: true } as const

/** The validator's rule for one. It comes from a worker, which may say anything. */
export const reportRule = {
  type: 'object',
  props: {
    Id: { type: 'string', max: 100 },
    At: { type: 'number', integer: true, min: 0 },
    report: {
      type: 'object',
      optional: true,
      props: {
        version: text,
        operatingSystem: text,
        architecture: text,
        shells: {
          type: 'array',
          max: 50,
          optional: true,
          items: {
            type: 'object',
            props: {
              name: { type: 'string', max: 50 },
              version: { type: 'string', max: 200, nullable: true },
            },
          },
        },
        slots: count,
        freeDiskBytes: count,
      },
    },
  },
} as const

/** Stores what is newer than what is stored, and judges who has spoken: he is there. */
export async function takeIn(service: Judge, reports: readonly WorkerSeen[]): Promise<void> {
  await Promise.all(reports.map((report) => takeInOne(service, report)))
}

async function takeInOne(service: Judge, { Id, At, report }: WorkerSeen): Promise<void> {
  const LastSeen = new Date(At).toISOString()
  const after = await service.models.Worker.findOneAndUpdate(
    {
      _id: Id,
      Approval: 'Approved',
      Fingerprint: { $gt: '' },
      $or: [{ LastSeen: null }, { LastSeen: { $lt: LastSeen } }],
    },
    { $set: { LastSeen, ...(report && factsIn(report)) } },
    { returnDocument: 'after' },
  ).lean<StoredWorker>()
  // Removed meanwhile, not let in yet, or an older word.
  if (!after || after.IsDisabled) return
  const { FreeDiskBytes: freeDiskBytes } = after
  await settle(service, publicOf(after), { silentMs: 0, freeDiskBytes, isHeardNow: true })
}

function factsIn({ shells, ...facts }: WorkerFacts): Partial<StoredWorker> {
  const first = shells?.find(({ name, version }) => name === 'bash' && version !== null)
  const shell = first ?? shells?.find(({ version }) => version !== null)
  return {
    ...(facts.version !== undefined && { Version: facts.version }),
    ...(facts.operatingSystem !== undefined && { OperatingSystem: facts.operatingSystem }),
    ...(facts.architecture !== undefined && { Architecture: facts.architecture }),
    ...(facts.slots !== undefined && { Slots: facts.slots }),
    ...(facts.freeDiskBytes !== undefined && { FreeDiskBytes: facts.freeDiskBytes }),
    ...(shells && {
      Shells: shells.map(({ name: Name, version: Version }) => ({ Name, Version })),
      ShellName: shell?.name ?? 'Unknown',
      ShellVersion: shell?.version ?? 'Unknown',
    }),
  }
}
