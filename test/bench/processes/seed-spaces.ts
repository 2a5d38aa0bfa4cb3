/** Puts spaces with environments straight into the store of a server that does not run. */

import { closeStore, openStore } from '#store/connection.ts'
import { newId } from '#store/ids.ts'
import { environmentSchema } from '../../../services/infrastructure/environment.model.ts'
import { spaceSchema } from '../../../services/spaces/space.model.ts'

export interface SpacesTask {
  spaces: number
  environments: number
}

process.once('message', async ({ spaces, environments }: SpacesTask) => {
  const store = await openStore('tako')
  const Space = store.model('Space', spaceSchema)
  const Environment = store.model('Environment', environmentSchema)
  await Promise.all([Space.init(), Environment.init()])
  for (let at = 1; at <= spaces; at++) {
    const SpaceId = newId('Spaces')
    await Space.create({ _id: SpaceId, Name: `Space ${at}`, Slug: `space-${at}` })
    await Environment.insertMany(
      Array.from({ length: environments }, (_, SortOrder) => ({
        _id: newId('Environments'),
        ...{ SpaceId, SortOrder, Name: `Environment ${SortOrder}` },
        Slug: `environment-${SortOrder}`,
      })),
    )
  }
  await closeStore()
  process.send?.({})
})
