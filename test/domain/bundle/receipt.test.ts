import { createPrivateKey } from 'node:crypto'
import { expect } from 'chai'
import { CompactSign } from 'jose'
import { jsonBytes } from '#domain/bundle/json.ts'
import { sign } from '#domain/bundle/jws.ts'
import { isNews, type ReceiptFacts, readReceipt, writeReceipt } from '#domain/bundle/receipt.ts'
import { readReceiptsFile, writeReceiptsFile } from '#domain/bundle/receipts-file.ts'
import { memorySource } from '#domain/bundle/source.ts'
import {
  bytesOf,
  codeOf,
  contextOf,
  makeSpace,
  receiptOf,
  receiptsFactsOf,
  type Space,
  trustIn,
} from '../../support/bundles.ts'

describe('A deployment receipt', () => {
  let dev: Space
  let prod: Space

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
  })

  /** At the source, which has sent the bundle. */
  const context = (changes: object = {}) => ({
    ...contextOf(dev, [trustIn(prod)]),
    hasSent: async () => true,
    ...changes,
  })

  const receipt = (changes: Partial<ReceiptFacts> = {}) => ({ ...receiptOf(dev, prod), ...changes })

  it('tells the source what has become of its release', async () => {
    const jws = await writeReceipt(receipt(), prod)

    const read = await readReceipt(jws, context())

    expect(read.receipt).to.deep.equal({ schema: 'tako/receipt@1', ...receipt() })
    expect(read.trust.Fingerprint).to.equal(prod.fingerprint)
  })

  it('has the first 500 characters of an error', async () => {
    const jws = await writeReceipt(receipt({ state: 'Failed', error: 'x'.repeat(600) }), prod)

    const read = await readReceipt(jws, context())

    expect(read.receipt.error).to.equal('x'.repeat(500))
  })

  it('may be about a release as a whole', async () => {
    const defect = receipt({ state: 'DefectReported', environment: null, deploymentId: null })

    const read = await readReceipt(await writeReceipt(defect, prod), context())

    expect(read.receipt.state).to.equal('DefectReported')
  })

  it('is refused from strangers, from who may not send it, and from another than it says', async () => {
    const stranger = await makeSpace('Prod Space')
    const jws = await writeReceipt(receipt(), prod)
    const refusal = (text: string, ...trusts: ReturnType<typeof trustIn>[]) =>
      codeOf(readReceipt(text, { ...context(), ...contextOf(dev, trusts) }))
    const mute = trustIn(prod, { Allow: { ReceiveReleases: true, ReceiveReceipts: false } })
    const forged = await writeReceipt(receipt(), stranger)

    expect(await refusal(jws)).to.equal('UnknownSender')
    expect(await refusal(jws, trustIn(prod, { State: 'Revoked' }))).to.equal('TrustNotActive')
    expect(await refusal(jws, mute)).to.equal('NotAllowed')
    expect(await refusal(forged, trustIn(prod), trustIn(stranger))).to.equal('InvalidContent')
  })

  it('is refused when it is for another space, or about a bundle that was not sent there', async () => {
    const jws = await writeReceipt(receipt(), prod)
    const asked: object[] = []
    const hasSent = async (bundle: object) => {
      asked.push(bundle)
      return false
    }

    const elsewhere = codeOf(readReceipt(jws, context({ ownFingerprints: ['another'] })))
    const unknown = codeOf(readReceipt(jws, context({ hasSent })))

    expect(await elsewhere).to.equal('WrongTarget')
    expect(await unknown).to.equal('UnknownBundle')
    expect(asked).to.deep.equal([{ bundleId: receipt().bundleId, target: prod.fingerprint }])
  })

  it('is refused when it is of the future, of another form, too large, or needs a newer Tako', async () => {
    const refusal = async (value: object) =>
      codeOf(
        readReceipt(
          await sign(jsonBytes(value), { typ: 'tako-receipt+jws', signer: prod }),
          context(),
        ),
      )
    const whole = { schema: 'tako/receipt@1', ...receipt() }

    expect(await refusal({ ...whole, issuedAt: '2026-11-24T12:11:00.000Z' })).to.equal(
      'IssuedInFuture',
    )
    expect(await refusal({ ...whole, state: 'Exploded' })).to.equal('InvalidContent')
    expect(await refusal({ ...whole, sequence: -1 })).to.equal('InvalidContent')
    expect(await refusal({ ...whole, schema: 'tako/receipt@2' })).to.equal('UnsupportedSchema')
    expect(await codeOf(readReceipt('x'.repeat(9_000_000), context()))).to.equal('MessageTooLarge')
  })

  it('is not made of another signed text', async () => {
    const payload = jsonBytes({ schema: 'tako/receipt@1', ...receipt() })
    const key = createPrivateKey(prod.identityKey)
    const asMessage = await new CompactSign(payload)
      .setProtectedHeader({ alg: 'ES256', typ: 'tako-msg+jws', kid: prod.fingerprint })
      .sign(key)

    expect(await codeOf(readReceipt(asMessage, context()))).to.equal('BadSignature')
  })

  it('is news only when its sequence is higher than those before', () => {
    expect([
      isNews({ sequence: 4 }, 3),
      isNews({ sequence: 3 }, 3),
      isNews({ sequence: 2 }, 3),
    ]).to.deep.equal([true, false, false])
  })
})

describe('A file of receipts', () => {
  let dev: Space
  let prod: Space

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
  })

  const context = (changes: object = {}) => ({
    ...contextOf(dev, [trustIn(prod)]),
    hasSent: async () => true,
    ...changes,
  })

  async function fileOf(receipts: ReceiptFacts[], signer = prod) {
    const signed = receipts.map(async (one) => ({
      jws: await writeReceipt(one, signer),
      sequence: one.sequence,
    }))
    return writeReceiptsFile({
      ...{ facts: receiptsFactsOf(dev, prod), receipts: await Promise.all(signed) },
      signer: prod,
    })
  }

  it('carries all of them home', async () => {
    const receipts = [1, 2, 3].map((sequence) => ({ ...receiptOf(dev, prod), sequence }))
    const written = await fileOf(receipts)

    const file = await readReceiptsFile(memorySource(await bytesOf(written)), context())

    expect(file.receipts.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3])
    expect(file.manifest.receipts).to.deep.equal({ count: 3, highest: 3 })
    expect(file.unknown).to.equal(0)
  })

  it('may be empty', async () => {
    const file = await readReceiptsFile(memorySource(await bytesOf(await fileOf([]))), context())

    expect([file.receipts, file.manifest.receipts.highest]).to.deep.equal([[], 0])
  })

  it('counts those about bundles that are not known, and gives the others', async () => {
    const written = await fileOf([receiptOf(dev, prod), { ...receiptOf(dev, prod), sequence: 2 }])
    let count = 0

    const file = await readReceiptsFile(
      memorySource(await bytesOf(written)),
      context({ hasSent: async () => ++count > 1 }),
    )

    expect([file.receipts.length, file.unknown]).to.deep.equal([1, 1])
  })

  it('is refused with a changed byte anywhere', async () => {
    const good = await bytesOf(await fileOf([receiptOf(dev, prod)]))
    const positions = [...good.keys()].filter((at) => at % 7 === 0)

    const answers = await Promise.all(
      positions.map((at) => {
        const bad = Buffer.from(good)
        bad[at] = (bad[at] as number) ^ (1 << (at % 8))
        return codeOf(readReceiptsFile(memorySource(bad), context()))
      }),
    )

    expect([
      'NotABundle',
      'BadSignature',
      'UnknownSender',
      'DigestMismatch',
      'BundleTooLarge',
    ]).to.include.members(answers)
  })

  it('is refused with the receipt of another space in it, or one that is wrong', async () => {
    const other = await makeSpace('Other Space')
    const trusts = [trustIn(prod), trustIn(other)]
    const foreign = await fileOf([receiptOf(dev, other)], other)
    const late = await fileOf([{ ...receiptOf(dev, prod), issuedAt: '2027-01-01T00:00:00.000Z' }])
    const refusal = async (written: Parameters<typeof bytesOf>[0]) =>
      codeOf(
        readReceiptsFile(memorySource(await bytesOf(written)), {
          ...context(),
          ...contextOf(dev, trusts),
        }),
      )

    expect(await refusal(foreign)).to.equal('InvalidContent')
    expect(await refusal(late)).to.equal('IssuedInFuture')
  })
})
