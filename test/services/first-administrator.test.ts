import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { useMasterKey, verifyPassword } from '#store/encryption.ts'
import { apiKeySchema } from '../../services/identity/api-key.model.ts'
import { ensureAdministrator } from '../../services/identity/first-administrator.ts'
import { grantsFor } from '../../services/identity/held.ts'
import { hashOf } from '../../services/identity/key.ts'
import { populateManagers } from '../../services/identity/managers.ts'
import { scopedUserRoleSchema } from '../../services/identity/scoped-user-role.model.ts'
import { teamSchema } from '../../services/identity/team.model.ts'
import { userSchema } from '../../services/identity/user.model.ts'
import { onEachStore, type TestStore } from '../support/stores.ts'

async function modelsOn(stores: TestStore) {
  const store = stores.open()
  const models = {
    User: store.model('User', userSchema),
    ApiKey: store.model('ApiKey', apiKeySchema),
    Team: store.model('Team', teamSchema),
    ScopedUserRole: store.model('ScopedUserRole', scopedUserRoleSchema),
  }
  await Promise.all(Object.values(models).map((model) => model.init()))
  return models
}

onEachStore('The first administrator', (stores) => {
  let models: Awaited<ReturnType<typeof modelsOn>>

  beforeEach(async () => {
    useMasterKey(randomBytes(32))
    models = await modelsOn(stores)
  })

  const wish = { username: 'Admin', apiKey: 'API-FIRSTADMINISTRATOR000000' }

  it('is made with a password that is told once, a key, and the right to administer', async () => {
    const first = await ensureAdministrator(models, wish, 0)

    const user = await models.User.findOne({ _name: 'admin' }).lean()
    const key = await models.ApiKey.findOne({ _hash: hashOf(wish.apiKey) }).lean()
    const { system } = await grantsFor(models, user?._id ?? '')
    expect(await verifyPassword(first?.password ?? '', user?._password ?? '')).to.equal(true)
    expect(first?.password).to.have.length.greaterThan(15)
    expect(key?.UserId).to.equal(user?._id)
    expect(system).to.include('AdministerSystem')
  })

  it('is not made again, whatever the settings say by then', async () => {
    await ensureAdministrator(models, wish, 0)
    const before = await models.User.find().lean()

    const again = await ensureAdministrator(models, { username: 'Admin', password: 'Other-01!' }, 1)

    expect(again).to.equal(null)
    expect(await models.User.find().lean()).to.deep.equal(before)
  })

  it('is made to the end after a crash halfway', async () => {
    await ensureAdministrator(models, wish, 0)
    await models.Team.updateMany({}, { $set: { MemberUserIds: [] } })

    const again = await ensureAdministrator(models, wish, 1)

    const [user, ...others] = await models.User.find().lean()
    expect(others).to.deep.equal([])
    expect(await verifyPassword(again?.password ?? '', user?._password ?? '')).to.equal(true)
    expect(await models.ApiKey.countDocuments()).to.equal(1)
  })

  it('has a password of the settings when they have one, which nobody is told', async () => {
    const first = await ensureAdministrator(models, { ...wish, password: 'Password01!' }, 0)

    const user = await models.User.findOne({ _name: 'admin' }).lean()
    expect(first).to.equal(null)
    expect(await verifyPassword('Password01!', user?._password ?? '')).to.equal(true)
  })

  it('can manage a space like any user, until the space says otherwise', async () => {
    await ensureAdministrator(models, wish, 0)
    const userId = (await models.User.findOne().lean())?._id ?? ''
    const mayEdit = async () => (await grantsFor(models, userId)).spaces['Spaces-7'] !== undefined

    const answers = []
    for (const managers of [
      { managerIds: [], teamIds: ['teams-administrators'] },
      { managerIds: [], teamIds: [] },
      { managerIds: [userId, 'Users-gone'], teamIds: ['Teams-gone'] },
      { managerIds: [userId], teamIds: [] },
    ]) {
      await populateManagers(models, { spaceId: 'Spaces-7', ...managers })
      answers.push(await mayEdit())
    }

    expect(answers).to.deep.equal([true, false, true, true])
    expect(await models.Team.countDocuments({ SpaceId: 'Spaces-7' })).to.equal(1)
  })
})
