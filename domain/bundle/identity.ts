/** The identity of a space: two keys, and the certificates by which other spaces know them. */
// @peculiar/x509 cannot be loaded without it.
import 'reflect-metadata'
import { createHash, timingSafeEqual, webcrypto, X509Certificate } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  X509Certificate as ReadableCertificate,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const CURVE = 'P-256'
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' }
const IDENTITY_YEARS = 3
const ENCRYPTION_YEARS = 1
/** A certificate holds from a little before it was made: the other side's clock may be behind. */
const EARLY_MS = 10 * 60_000
const SHORT_BITS = 80
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Keys are PEM in PKCS#8 and secret; certificates are PEM. */
export interface SpaceIdentity {
  /** Signs: ECDSA on P-256. */
  identityKey: string
  /** Self-signed, for three years. */
  identityCert: string
  /** Reads what is encrypted to the space: ECDH on P-256. */
  encryptionKey: string
  /** Issued by the identity certificate, for one year. */
  encryptionCert: string
}

interface Wish {
  spaceName: string
  serverName: string
  /** From when the certificates count their years. */
  now: Date
}

type Signer = Pick<SpaceIdentity, 'identityKey' | 'identityCert'>
type Reader = Pick<SpaceIdentity, 'encryptionKey' | 'encryptionCert'>

/** Makes both keys of a space. */
export async function makeIdentity(wish: Wish): Promise<SpaceIdentity> {
  const keys = await generate('ECDSA')
  const { digitalSignature, keyCertSign } = KeyUsageFlags
  const cert = await X509CertificateGenerator.createSelfSigned({
    keys,
    name: nameOf(wish),
    signingAlgorithm: SIGNING,
    ...validity(wish.now, IDENTITY_YEARS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(digitalSignature | keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const signer = { identityKey: await pemOf(keys.privateKey), identityCert: textOf(cert) }
  return { ...signer, ...(await makeEncryption(signer, wish)) }
}

/** Makes a new encryption key under an identity that others may trust already. */
export async function makeEncryption(
  { identityKey, identityCert }: Signer,
  wish: Wish,
): Promise<Reader> {
  const keys = await generate('ECDH')
  const issuer = new ReadableCertificate(identityCert)
  const { notBefore, notAfter } = validity(wish.now, ENCRYPTION_YEARS)
  const cert = await X509CertificateGenerator.create({
    publicKey: keys.publicKey,
    signingKey: await signingKeyOf(identityKey),
    subject: nameOf(wish, 'Encryption'),
    issuer: issuer.subjectName,
    signingAlgorithm: SIGNING,
    notBefore,
    // What an identity vouches for ends with it.
    notAfter: new Date(Math.min(notAfter.getTime(), issuer.notAfter.getTime())),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyAgreement, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return { encryptionKey: await pemOf(keys.privateKey), encryptionCert: textOf(cert) }
}

/** SHA-256 of a certificate's DER, as 64 small hexadecimal digits. `pem` may hold that certificate only. */
export const fingerprintOf = (pem: string): string =>
  createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')

/** What people read to each other of a fingerprint: its first 80 bits, as 'ABCD-EFGH-IJKL-MNOP'. */
export function shortForm(fingerprint: string): string {
  const bits = BigInt(`0x${fingerprint.slice(0, SHORT_BITS / 4)}`)
  const letters = Array.from({ length: SHORT_BITS / 5 }, (_, place) => {
    const shift = BigInt(SHORT_BITS - 5 * (place + 1))
    return BASE32.charAt(Number((bits >> shift) & 31n))
  })
  return (letters.join('').match(/.{4}/g) ?? []).join('-')
}

/**
 * Whether a person has typed this fingerprint: its short form or all 64 digits, in any case, with or
 * without dashes and spaces. Takes the same time wherever they differ.
 */
export function isFingerprint(typed: string, fingerprint: string): boolean {
  const letters = typed.replace(/[\s-]/g, '').toUpperCase()
  const short = shortForm(fingerprint).replaceAll('-', '')
  return (
    isSame(letters, fingerprint.toUpperCase()) ||
    // Base32 has neither 0 nor 1: who heard an O or an I may have written these.
    isSame(letters.replaceAll('0', 'O').replaceAll('1', 'I'), short)
  )
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const generate = (name: 'ECDSA' | 'ECDH') =>
  webcrypto.subtle.generateKey(
    { name, namedCurve: CURVE },
    true,
    name === 'ECDSA' ? ['sign', 'verify'] : ['deriveBits'],
  )

/** As objects: the library reads a quotation mark in a plain string as its own syntax. */
const nameOf = ({ spaceName, serverName }: Wish, unit?: string) =>
  new Name([
    { CN: [{ utf8String: spaceName }] },
    { O: [{ utf8String: serverName }] },
    ...(unit === undefined ? [] : [{ OU: [{ utf8String: unit }] }]),
  ])

function validity(now: Date, years: number) {
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + years)
  return { notBefore: new Date(now.getTime() - EARLY_MS), notAfter }
}

/** In the spelling of node, in which certificates are kept and compared. */
const textOf = (cert: ReadableCertificate) => new X509Certificate(cert.toString('pem')).toString()

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}

function signingKeyOf(pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const algorithm = { name: 'ECDSA', namedCurve: CURVE }
  return webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign'])
}
