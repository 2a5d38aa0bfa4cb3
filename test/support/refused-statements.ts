/** What is wrong with the other kept files: changed ones, and good ones read by whom or when they should not. */
import type { Vector } from './vectors.ts'

type Keep = (vector: Vector, bytes: Uint8Array | string) => void

const later = '2026-11-24T13:00:00.000Z'
const earlier = '2026-11-24T11:00:00.000Z'

/** Vectors without a file of their own. */
export const misread: Vector[] = [
  { file: 'good.encrypted.takobundle', kind: 'bundle', code: 'CannotDecrypt', reader: 'dev' },
  { file: 'good.takopack', kind: 'pack', code: 'WrongTarget', reader: 'stranger' },
  { file: 'good.takopack', kind: 'bundle', code: 'BadSignature' },
  { file: 'receipt.jws', kind: 'receipt', code: 'WrongTarget', reader: 'stranger' },
  { file: 'receipt.jws', kind: 'receipt', code: 'UnknownSender', trusts: ['dev'] },
  { file: 'receipt.jws', kind: 'envelope', code: 'BadSignature', trusts: ['prod'] },
  { file: 'envelope.jws', kind: 'envelope', code: 'MessageExpired', now: later },
  { file: 'envelope.jws', kind: 'envelope', code: 'IssuedInFuture', now: earlier },
  { file: 'envelope.jws', kind: 'envelope', code: 'WrongTarget', reader: 'stranger' },
  { file: 'identity.json', kind: 'identity', code: 'IssuedInFuture', now: earlier },
  { file: 'rotation.json', kind: 'rotation', code: 'UnknownSender', trusts: ['stranger'] },
  { file: 'revocation.jws', kind: 'revocation', code: 'WrongTarget', reader: 'stranger' },
]

/** Keeps each of these with something changed of what is signed. */
export function keepChangedStatements(read: (file: string) => Buffer, keep: Keep): void {
  const texts: [Vector['kind'], string][] = [
    ['receipt', 'receipt.jws'],
    ['envelope', 'envelope.jws'],
    ['revocation', 'revocation.jws'],
    ['rotation', 'rotation.json'],
    ['identity', 'identity.json'],
  ]
  for (const [kind, file] of texts) {
    const text = read(file).toString()
    keep({ file: `refused/changed-${file}`, kind, code: 'BadSignature' }, changedPayload(text))
  }
  const rotation = JSON.parse(read('rotation.json').toString())
  const [first] = rotation.signatures
  const once = JSON.stringify({ ...rotation, signatures: [first, first] })
  keep({ file: 'refused/rotation-signed-once.json', kind: 'rotation', code: 'BadSignature' }, once)
  const containers: [Vector['kind'], string, string][] = [
    ['pack', 'good.takopack', 'the web site'],
    ['receipts', 'good.takoreceipts', '"eyJ'],
  ]
  for (const [kind, file, content] of containers) {
    const bytes = read(file)
    const at = bytes.lastIndexOf(content) + 1
    bytes[at] = (bytes[at] as number) ^ 1
    const name = `refused/changed${file.slice(file.indexOf('.'))}`
    keep({ file: name, kind, code: 'DigestMismatch' }, bytes)
  }
}

/** A time in the payload is a minute later. */
function changedPayload(text: string): string {
  const payload = text.startsWith('{') ? JSON.parse(text).payload : text.split('.')[1]
  const plain = Buffer.from(payload, 'base64url').toString()
  const changed = plain.replace(/("issuedAt":"[^"]*:)(\d)/, '$15').replace(/"iat":(\d)/, '"iat":2')
  return text.replace(payload, Buffer.from(changed).toString('base64url'))
}
