import { asSystem, systemCaller } from '#bus/caller.ts'
import { hasEnded } from '#domain/promotion/import-state.ts'
import type { StoredImport } from './import.model.ts'
import { tellSource } from './import-telling.ts'
import { autoImport, type KeepsUp, lookForPackages } from './import-upkeep.ts'
import { dropFiles, importAll } from './importing.ts'

/** Does for an import what it waits for now, until that is nothing. Each step may be done again without harm. */
export async function attendImport(on: KeepsUp, id: string): Promise<void> {
  const { Import } = on.models
  const by = { meta: { caller: systemCaller(`the import ${id}`) } }
  const now = () => Import.findById(id).lean<StoredImport>()
  let stored = await now()
  if (!stored) return
  if (stored.State === 'AwaitingPackages') stored = await lookForPackages(on, stored)
  if (stored._work && stored.State === 'AwaitingReview') {
    await autoImport(on, by, stored)
    stored = await now()
  }
  if (stored?.State === 'Importing') {
    await importAll(on, by, stored)
    stored = await now()
  }
  if (!stored) return
  if (hasEnded(stored.State)) stored = (await dropFiles(Import, stored)) ?? stored
  if (!stored._work) return
  await tellSource(asSystem(on.broker, 'news of an import'), Import, stored)
  // Unless something has changed meanwhile.
  const { _id, Version } = stored
  await Import.updateOne({ _id, Version }, { $set: { _work: false } })
}
