import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Connection } from 'mongoose'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Begins what this form of sealing made, so that another can come later. */
const FORM = 'v1:'
const CONSTANT = 'Tako'
const WRONG_KEY = 'MASTER_KEY is not the key that this store was made with.'

/** What one guess at a password costs: 16 MB and some tens of milliseconds. */
const SCRYPT = { N: 16_384, r: 8, p: 1 }

let master: Buffer | undefined
let hashing: Buffer | undefined

/** From now on this process seals and hashes with this key. */
export function useMasterKey(key: Buffer): void {
  if (key.length !== KEY_BYTES) throw new Error('MASTER_KEY must be 32 bytes, in base64.')
  master = key
  hashing = Buffer.from(hkdfSync('sha256', key, '', 'tako keyed hash', KEY_BYTES))
}

/**
 * The master key: the one given, in base64, or that in `TAKO_HOME/master.key`, which is made
 * the first time.
 */
export async function masterKeyFrom({
  key,
  home,
}: {
  key?: string | undefined
  home: string
}): Promise<Buffer> {
  if (key) return Buffer.from(key, 'base64')
  await mkdir(home, { recursive: true, mode: 0o700 })
  const path = join(home, 'master.key')
  await makeKeyFile(path)
  const bytes = Buffer.from(await readFile(path, 'utf8'), 'base64')
  if (bytes.length !== KEY_BYTES)
    throw new Error(`${path} does not hold a key of 32 bytes in base64.`)
  return bytes
}

/** Refuses a key that is not the one of this database, before something is sealed with it. */
export async function checkMasterKey(store: Connection): Promise<void> {
  const settings = store.collection<{ _id: string; sealed: string }>('_settings')
  await settings.updateOne(
    { _id: 'master-key' },
    { $setOnInsert: { sealed: seal(CONSTANT) } },
    { upsert: true },
  )
  const setting = await settings.findOne({ _id: 'master-key' })
  if (!setting || !isSealedHere(setting.sealed)) throw new Error(WRONG_KEY)
}

/** Encrypts a text, so that only who has the master key can read or change it. */
export function seal(text: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOf(master), nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return FORM + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** The text that was sealed. */
export function unseal(sealed: string): string {
  const bytes = Buffer.from(sealed.slice(FORM.length), 'base64')
  const afterNonce = NONCE_BYTES + TAG_BYTES
  if (!sealed.startsWith(FORM) || bytes.length < afterNonce) {
    throw new Error('This is not a sealed text.')
  }
  const decipher = createDecipheriv('aes-256-gcm', keyOf(master), bytes.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, afterNonce))
  const text = decipher.update(bytes.subarray(afterNonce))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

/** A hash that only who has the master key can make, in hex: for API keys and session tokens. */
export const keyedHash = (text: string): string =>
  createHmac('sha256', keyOf(hashing)).update(text).digest('hex')

/** A hash for storing a password, with all that is needed to verify it later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await scrypted(password, salt, SCRYPT)
  const { N, r, p } = SCRYPT
  return ['scrypt', N, r, p, salt.toString('base64'), hash.toString('base64')].join('$')
}

/** Whether this is the password of the hash. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [form, N, r, p, salt = '', expected = ''] = hash.split('$')
  if (form !== 'scrypt') return false
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  const actual = await scrypted(password, Buffer.from(salt, 'base64'), cost)
  return isSame(actual, Buffer.from(expected, 'base64'))
}

/** Compares secrets in a time that does not tell where they differ. */
export function isSame(a: string | Buffer, b: string | Buffer): boolean {
  const [left, right] = [Buffer.from(a as string), Buffer.from(b as string)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const scrypted = promisify(
  (
    password: string,
    salt: Buffer,
    cost: typeof SCRYPT,
    done: (e: Error | null, h: Buffer) => void,
  ) =>
    scrypt(
      password.normalize('NFKC'),
      salt,
      KEY_BYTES,
      { ...cost, maxmem: 256 * cost.N * cost.r },
      done,
    ),
)

function keyOf(key: Buffer | undefined): Buffer {
  if (!key) throw new Error('There is no master key yet: call useMasterKey first.')
  return key
}

function isSealedHere(sealed: string): boolean {
  try {
    return unseal(sealed) === CONSTANT
  } catch {
    // AES-GCM says no more of a wrong key than that it does not fit.
    return false
  }
}

/** Two starts at once must not make two keys: the link is there for one of them only. */
async function makeKeyFile(path: string): Promise<void> {
  if (existsSync(path)) return
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
}
