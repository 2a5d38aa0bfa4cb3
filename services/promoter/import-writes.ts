/** How imports are stored: what one becomes is a function of what it was, written if it still is that. */
import { ConflictError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { type ImportState, mayBecome } from '#domain/promotion/import-state.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { StoredImport } from './import.model.ts'
import type { Imports } from './import-memory.ts'

/** Who is told to have done something: a request's context will do. */
export type By = Parameters<Audit['audited']>[0]

type Changes = Partial<Omit<StoredImport, '_id' | 'Version' | '_bundle'>>

/** Of a space. */
export async function importIn(
  imports: Imports,
  { spaceId, id }: { spaceId: string; id: string },
): Promise<StoredImport> {
  const found = await imports.findOne({ _id: id, SpaceId: spaceId }).lean<StoredImport>()
  if (!found) throw new NotFoundError('Import', id)
  return found
}

/** Changes it, if it is as it was seen. null: it is not any more. */
export const changed = (
  imports: Imports,
  { _id, Version }: Pick<StoredImport, '_id' | 'Version'>,
  changes: Changes,
): Promise<StoredImport | null> =>
  imports
    .findOneAndUpdate(
      { _id, Version },
      { $set: changes, $inc: { Version: 1 } },
      { returnDocument: 'after', lean: true },
    )
    .lean<StoredImport | null>()

/** The same for people, who are told when somebody was faster. */
export async function decided(
  imports: Imports,
  before: StoredImport,
  changes: Changes,
): Promise<StoredImport> {
  const after = await changed(imports, before, changes)
  if (after) return after
  throw new ConflictError('Somebody has decided about this import meanwhile: look at it again.')
}

/** Refuses a step that does not lead on from where an import is. */
export function ensureMayBecome({ State }: Pick<StoredImport, 'State'>, to: ImportState): void {
  if (mayBecome(State, to)) return
  throw new RefusedError(`This import is ${State}: it cannot become ${to} any more.`)
}
