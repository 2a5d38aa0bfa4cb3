/** Whether two certificates are what the identity of a space may have. */
import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import {
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as ReadableCertificate,
} from '@peculiar/x509'
import { BundleError } from './errors.ts'

/** How far two clocks may differ, in ms. */
export const SKEW_MS = 10 * 60_000
const MOST_PEM_CHARACTERS = 8_192
/** `prime256v1` is OpenSSL's name of P-256. A key that spells out its curve has none. */
const CURVE = 'prime256v1'

export interface CheckedCertificates {
  /** The same certificates, in the one spelling that is kept and compared. */
  identityCert: string
  encryptionCert: string
}

/**
 * Checks all of them but their dates: P-256, ECDSA with SHA-256, the identity signed by itself, the
 * encryption certificate by the identity, and each for its own use. Throws `InvalidCertificate`.
 */
export function checkCertificates(wish: CheckedCertificates): CheckedCertificates {
  const { certificate: identity, usage } = certificateOf(wish.identityCert, 'identity')
  const { certificate: encryption, usage: use } = certificateOf(wish.encryptionCert, 'encryption')
  const { digitalSignature, keyCertSign, keyAgreement } = KeyUsageFlags
  insist(identity.ca, 'The identity certificate may not issue others.')
  insist(
    usage === (digitalSignature | keyCertSign),
    'The identity certificate is not for signatures and certificates.',
  )
  insist(isIssuedBy(identity, identity), 'The identity certificate is not signed by itself.')
  insist(!encryption.ca, 'The encryption certificate may issue others.')
  insist(use === keyAgreement, 'The encryption certificate is not for encryption.')
  insist(
    isIssuedBy(encryption, identity),
    'The encryption certificate is not issued by the identity certificate.',
  )
  return { identityCert: identity.toString(), encryptionCert: encryption.toString() }
}

/** Refuses a certificate outside its dates, give or take the difference of two clocks. */
export function checkDates(pem: string, now: Date, name = 'identity certificate'): void {
  const { validFromDate, validToDate } = new X509Certificate(pem)
  if (validFromDate.getTime() > now.getTime() + SKEW_MS) {
    const clocks = `The ${name} holds from ${text(validFromDate)}, and here it is ${text(now)}.`
    throw new BundleError('IssuedInFuture', `${clocks} One of the two clocks is wrong.`)
  }
  if (validToDate.getTime() < now.getTime() - SKEW_MS) {
    throw new BundleError(
      'SenderCertificateExpired',
      `The ${name} expired on ${text(validToDate)}. Its space must make a new one.`,
    )
  }
}

/** From when and until when a certificate holds. */
export function datesOf(pem: string): { notBefore: Date; notAfter: Date } {
  const { validFromDate, validToDate } = new X509Certificate(pem)
  return { notBefore: validFromDate, notAfter: validToDate }
}

interface Read {
  certificate: X509Certificate
  /** What it may be used for; node's own `keyUsage` is the extended one. */
  usage: number | undefined
}

function certificateOf(pem: string, kind: 'identity' | 'encryption'): Read {
  const isOne = pem.length <= MOST_PEM_CHARACTERS && pem.split('-----BEGIN').length === 2
  insist(isOne, `The ${kind} certificate is not one certificate in PEM.`)
  const read = parsed(pem, kind)
  const { asymmetricKeyType, asymmetricKeyDetails } = read.certificate.publicKey
  insist(
    asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === CURVE,
    `The ${kind} certificate's key is not on the curve P-256.`,
  )
  return read
}

function parsed(pem: string, kind: string): Read {
  try {
    const certificate = new X509Certificate(pem)
    // A key that cannot be used shows itself here only.
    certificate.publicKey.asymmetricKeyDetails
    const readable = new ReadableCertificate(certificate.raw)
    return { certificate, usage: readable.getExtension(KeyUsagesExtension)?.usages }
  } catch (cause) {
    const message = `The ${kind} certificate cannot be read.`
    throw new BundleError('InvalidCertificate', message, { cause })
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const isEcdsa = certificate.signatureAlgorithm === 'ecdsa-with-SHA256'
  return isEcdsa && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function insist(isSo: boolean, message: string): asserts isSo {
  if (!isSo) throw new BundleError('InvalidCertificate', message)
}

const text = (date: Date) => date.toISOString()
