import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  checkMasterKey,
  hashPassword,
  isSame,
  keyedHash,
  masterKeyFrom,
  seal,
  unseal,
  useMasterKey,
  verifyPassword,
} from '#store/encryption.ts'
import { onEachStore } from '../support/stores.ts'

const key = Buffer.alloc(32, 7)

describe('By the master key', () => {
  beforeEach(() => useMasterKey(key))

  describe('A sealed text', () => {
    it('is the text again when it is unsealed', () => {
      expect(unseal(seal('päss\nword'))).to.equal('päss\nword')
      expect(unseal(seal(''))).to.equal('')
    })

    it('looks different each time, and does not show the text', () => {
      const [one, other] = [seal('secret'), seal('secret')]

      expect(one).to.not.equal(other)
      expect(Buffer.from(one.slice(3), 'base64').toString('latin1')).to.not.include('secret')
    })

    it('cannot be changed', () => {
      const sealed = seal('secret')
      const changed = `${sealed.slice(0, -4)}${sealed.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`

      expect(() => unseal(changed)).to.throw()
      expect(() => unseal('secret')).to.throw('This is not a sealed text.')
    })

    it('cannot be read with another key', () => {
      const sealed = seal('secret')
      useMasterKey(randomBytes(32))

      expect(() => unseal(sealed)).to.throw()
    })
  })

  describe('A password', () => {
    it('is verified by its hash', async () => {
      const hash = await hashPassword('correct horse')

      expect(await verifyPassword('correct horse', hash)).to.equal(true)
      expect(await verifyPassword('Correct horse', hash)).to.equal(false)
      expect(await verifyPassword('correct horse', '')).to.equal(false)
    })
  })

  describe('A keyed hash', () => {
    it('is the same for the same text and key alone', () => {
      const hash = keyedHash('API-1')

      expect(hash).to.match(/^[0-9a-f]{64}$/)
      expect(isSame(hash, keyedHash('API-1'))).to.equal(true)
      expect(isSame(hash, keyedHash('API-2'))).to.equal(false)
      useMasterKey(randomBytes(32))
      expect(isSame(hash, keyedHash('API-1'))).to.equal(false)
    })
  })

  describe('The master key', () => {
    let home: string

    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'tako-key-'))
    })

    afterEach(() => rm(home, { recursive: true }))

    it('is made once, for its owner alone', async () => {
      const keys = await Promise.all(Array.from({ length: 5 }, () => masterKeyFrom({ home })))

      expect(new Set(keys.map((made) => made.toString('base64'))).size).to.equal(1)
      expect((await stat(join(home, 'master.key'))).mode & 0o777).to.equal(0o600)
    })

    it('is the one given', async () => {
      const given = await masterKeyFrom({ key: key.toString('base64'), home })

      expect(given.equals(key)).to.equal(true)
    })
  })

  onEachStore('A store', (stores) => {
    it('is opened with the key that it was made with alone', async () => {
      const store = stores.open()
      await checkMasterKey(store)
      await checkMasterKey(store)
      useMasterKey(randomBytes(32))

      const error = await checkMasterKey(store).catch((error) => error)

      expect(error.message).to.equal('MASTER_KEY is not the key that this store was made with.')
      await store.dropDatabase()
    })
  })
})
