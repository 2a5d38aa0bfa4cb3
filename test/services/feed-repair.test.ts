import { randomUUID } from 'node:crypto'
import { utimes } from 'node:fs/promises'
import { expect } from 'chai'
import { Schema } from 'mongoose'
import { blobs } from '#store/blobs.ts'
import { closeStore, openStore } from '#store/connection.ts'
import { versionHeadSchema } from '../../services/library/version-head.model.ts'
import {
  changeVersions,
  settleLost,
  type Versioned,
  type Versions,
} from '../../services/library/version-heads.ts'
import { removeOrphans } from '../../store/orphans.ts'

describe('After a crash', () => {
  describe('a file that nothing tells of', () => {
    const folder = `packages/${randomUUID()}`
    const before = new Date('2026-11-24T12:00:00Z')
    async function write(name: string, at: string) {
      await blobs.write(`${folder}/${name}`, name)
      const time = new Date(at)
      await utimes(blobs.pathOf(`${folder}/${name}`), time, time)
    }

    after(() => blobs.remove(folder))

    it('goes when it is old; what is used, and what may still be written, stays', async () => {
      await write('old', '2026-11-24T11:00:00Z')
      await write('old.part', '2026-11-24T11:00:00Z')
      await write('used', '2026-11-24T11:00:00Z')
      await write('new.part', '2026-11-24T12:30:00Z')
      const known = async (names: string[]) => names.filter((name) => name.endsWith('/used'))

      const removed = await removeOrphans(folder, { before, known })

      const left = await Array.fromAsync(blobs.below(folder))
      expect(removed).to.equal(2)
      expect(left.sort()).to.deep.equal([`${folder}/new.part`, `${folder}/used`])
    })
  })

  describe('the latest version of a package', () => {
    const namespace = `test-${randomUUID()}`
    const place = { SpaceId: 'Spaces-1', PackageId: 'Acme' }
    let models: Versions<Versioned>
    const insert = (Version: string) =>
      models.versions.create({
        _id: `Acme.${Version}`,
        ...place,
        Version,
        _packageId: 'acme',
        _order: Version,
        _isRelease: true,
      })
    const latest = async () =>
      (await models.heads.findById('Spaces-1/acme').lean())?.latest?.Version
    before(async () => {
      const store = await openStore(namespace)
      const version = { _id: String, SpaceId: String, PackageId: String, Version: String }
      const schema = new Schema<Versioned>({
        ...version,
        ...{ _packageId: String, _order: String, _isRelease: Boolean },
      })
      models = {
        versions: store.model('Version', schema) as unknown as Versions<Versioned>['versions'],
        heads: store.model('Head', versionHeadSchema()) as unknown as Versions<Versioned>['heads'],
      }
      await models.heads.init()
    })
    after(async () => {
      await (await openStore(namespace)).dropDatabase()
      await closeStore()
      await closeStore()
    })

    it('is found at the next start, when the change was begun long ago', async () => {
      await changeVersions(models, place, () => insert('1'))
      const begun = `${new Date().toISOString()} ${randomUUID()}`
      await models.heads.updateOne({ _id: 'Spaces-1/acme' }, { $push: { changes: begun } })
      await insert('2')
      const seen = [await latest()]

      await settleLost(models, new Date())
      seen.push(await latest())
      await settleLost(models, new Date(Date.now() + 120_000))
      seen.push(await latest())

      expect(seen).to.deep.equal(['1', '1', '2'])
      const head = await models.heads.findById('Spaces-1/acme').lean()
      expect(head?.changes).to.deep.equal([])
    })

    it('is right when many change at once', async () => {
      await Promise.all(
        ['3', '4', '5', '6'].map((version) => changeVersions(models, place, () => insert(version))),
      )
      await Promise.all(
        ['5', '6'].map((version) =>
          changeVersions(models, place, () =>
            models.versions.deleteOne({ _id: `Acme.${version}` }),
          ),
        ),
      )

      expect(await latest()).to.equal('4')
    })
  })
})
