import { expect } from 'chai'
import { type Connection, type Model, Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged, withFreeSlug } from '#store/slugged.ts'
import { onEachStore } from '../support/stores.ts'

interface Project {
  _id: string
  SpaceId: string
  Name: string
  Slug?: string
}

onEachStore('A slug', (stores) => {
  let store: Connection
  let projects: Model<Project>

  beforeEach(async () => {
    store = stores.open()
    const schema = new Schema<Project>({ SpaceId: String })
    schema.plugin(resource).plugin(named, { per: 'SpaceId' }).plugin(slugged, { per: 'SpaceId' })
    projects = store.model('Project', schema)
    await projects.init()
  })

  afterEach(() => store.dropDatabase())

  const create = (number: number, SpaceId = 'Spaces-1') =>
    withFreeSlug('shop', (Slug) =>
      projects.create({ _id: `Projects-${number}`, Name: `Shop ${number}`, SpaceId, Slug }),
    )

  it('is the next that is free', async () => {
    const made = await Promise.all([create(1), create(2), create(3), create(4, 'Spaces-2')])

    const slugs = made.map(({ SpaceId, Slug }) => `${SpaceId} ${Slug}`)
    expect(slugs).to.have.members([
      'Spaces-1 shop',
      'Spaces-1 shop-1',
      'Spaces-1 shop-2',
      'Spaces-2 shop',
    ])
  })

  it('cannot become that of another', async () => {
    await Promise.all([create(1), create(2)])

    const error = await projects
      .updateOne({ Slug: 'shop-1' }, { $set: { Slug: 'shop' } })
      .catch((error) => error)

    expect(error).to.include({ type: 'TAKEN', message: "Another project is named 'shop'." })
  })

  it('need not be', async () => {
    const plain = [1, 2].map((number) => ({ _id: `P-${number}`, Name: `${number}`, SpaceId: 'S' }))

    expect(await projects.create(plain)).to.have.length(2)
  })

  it('does not hide that a name is taken', async () => {
    await create(1)

    const error = await withFreeSlug('other', (Slug) =>
      projects.create({ _id: 'Projects-2', Name: 'SHOP 1', SpaceId: 'Spaces-1', Slug }),
    ).catch((error) => error)

    expect(error).to.include({ type: 'TAKEN', message: "Another project is named 'SHOP 1'." })
  })
})
