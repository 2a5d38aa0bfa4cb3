import { expect } from 'chai'
import { contentDigestOf, sha256Of } from '#domain/bundle/content-digest.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { jsonBytes } from '#domain/bundle/json.ts'
import { verifyOffer } from '#domain/bundle/verify.ts'
import { writeBundle } from '#domain/bundle/write.ts'
import {
  bundleOf,
  bytesOf,
  codeOf,
  contextOf,
  looseBundle,
  makeSpace,
  now,
  partsOf,
  type Space,
  secretsKey,
  tightBundle,
  trustIn,
  verified,
} from '../../support/bundles.ts'

const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

describe('A bundle that arrives', () => {
  let dev: Space
  let prod: Space
  let other: Space

  before(async () => {
    ;[dev, prod, other] = (await Promise.all(
      ['DevTest Space', 'Prod Space', 'Other Space'].map((name) => makeSpace(name)),
    )) as [Space, Space, Space]
  })

  it('is refused from a sender that is not known, whose name is told', async () => {
    const bundle = await bundleOf(partsOf(dev, prod))

    const error = await verified(bundle, contextOf(prod, [trustIn(other)])).catch(
      (caught: unknown) => caught,
    )

    expect(error).to.be.instanceOf(BundleError)
    expect(error).to.have.property('code', 'UnknownSender')
    expect(error).to.have.property('message').that.includes('CN=DevTest Space')
  })

  it('is refused while the trust in its sender is not active, or does not allow it', async () => {
    const bundle = await bundleOf(partsOf(dev, prod))
    const refusal = (changes: Parameters<typeof trustIn>[1]) =>
      codeOf(verified(bundle, contextOf(prod, [trustIn(dev, changes)])))

    expect(await refusal({ State: 'Proposed' })).to.equal('TrustNotActive')
    expect(await refusal({ State: 'Suspended' })).to.equal('TrustNotActive')
    expect(await refusal({ State: 'Revoked' })).to.equal('TrustNotActive')
    expect(await refusal({ State: 'Expired' })).to.equal('TrustNotActive')
    expect(await refusal({ Allow: { ReceiveReleases: false, ReceiveReceipts: true } })).to.equal(
      'NotAllowed',
    )
  })

  it("is refused once its sender's certificate has expired, give or take ten minutes", async () => {
    const old = await makeSpace('Old Space', new Date('2023-11-24T11:55:00.000Z'))
    const bundle = await bundleOf(partsOf(old, prod))
    const at = (now: Date) => verified(bundle, contextOf(prod, [trustIn(old)], { now }))

    expect((await at(minutes(4))).replay.kind).to.equal('New')
    expect(await codeOf(at(minutes(6)))).to.equal('SenderCertificateExpired')
  })

  it('is refused when it is for another space, and taken for an identity that is being replaced', async () => {
    const bundle = await bundleOf(partsOf(dev, prod))
    const trusts = [trustIn(dev)]

    const elsewhere = await codeOf(verified(bundle, contextOf(other, trusts)))
    const rotated = await verified(
      bundle,
      contextOf(prod, trusts, { ownFingerprints: [other.fingerprint, prod.fingerprint] }),
    )

    expect(elsewhere).to.equal('WrongTarget')
    expect(rotated.replay.kind).to.equal('New')
  })

  it('is refused when it is issued over ten minutes ahead, or too old', async () => {
    const bundle = await bundleOf(partsOf(dev, prod))
    const at = (now: Date) => verified(bundle, contextOf(prod, [trustIn(dev)], { now }))

    expect(await codeOf(at(minutes(-12)))).to.equal('IssuedInFuture')
    expect((await at(minutes(-10))).replay.kind).to.equal('New')
    expect((await at(new Date('2026-12-01T11:59:00.000Z'))).replay.kind).to.equal('New')
    expect(await codeOf(at(new Date('2026-12-01T11:59:00.001Z')))).to.equal('BundleExpired')
  })

  it('is refused when it lacks a file, or has one that is not listed', async () => {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const context = contextOf(prod, [trustIn(dev)])
    const [first, ...rest] = files
    const extra = { name: `modules/${'a'.repeat(64)}`, bytes: Buffer.from('') }
    const listedRest = { ...manifest, entries: manifest.entries.slice(1) }

    const lacking = await tightBundle({ manifest, files: rest }, { signer: dev })
    const more = await tightBundle({ manifest, files: [...files, extra] }, { signer: dev })
    const without = await tightBundle({ manifest: listedRest, files: rest }, { signer: dev })

    expect(first?.name).to.equal('release.json')
    expect(await codeOf(verified(lacking, context))).to.equal('MissingEntry')
    expect(await codeOf(verified(more, context))).to.equal('UnlistedEntry')
    expect(await codeOf(verified(without, context))).to.equal('MissingEntry')
  })

  it('is refused when a file is not the one that is listed', async () => {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const context = contextOf(prod, [trustIn(dev)])
    const changed = (name: string, bytes: Buffer) =>
      tightBundle(
        { manifest, files: files.map((file) => (file.name === name ? { name, bytes } : file)) },
        { signer: dev },
      )

    const same = await changed(
      'templates.json',
      Buffer.from('[{"name":"Adress","type":"SingleLineText" }]'),
    )
    const larger = await changed('process.json', Buffer.from('{"steps":[]}'))

    expect(await codeOf(verified(same, context))).to.equal('DigestMismatch')
    expect(await codeOf(verified(larger, context))).to.equal('DigestMismatch')
  })

  it('is refused when a file is named by a digest that is not its own', async () => {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const name = `modules/${'0'.repeat(64)}`
    const renamed = <T extends { name: string }>(list: T[]) =>
      list.map((one) => (one.name.startsWith('modules/') ? { ...one, name } : one))

    const bundle = await tightBundle(
      { manifest: { ...manifest, entries: renamed(manifest.entries) }, files: renamed(files) },
      { signer: dev },
    )

    expect(await codeOf(verified(bundle, contextOf(prod, [trustIn(dev)])))).to.equal(
      'DigestMismatch',
    )
  })

  it('is refused when its manifest is not as it should be', async () => {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const wrong: object[] = [
      { sequence: 0 },
      { bundleId: 'one' },
      { issuedAt: 'yesterday' },
      { contentDigest: 'A'.repeat(64) },
      { release: { id: 'Releases-1' } },
      { wantedEnvironments: 'Production' },
      { entries: [...manifest.entries, manifest.entries[0]] },
      { source: { ...manifest.source, fingerprint: other.fingerprint } },
    ]

    const answers = await Promise.all(
      wrong.map(async (changes) => {
        const bundle = { manifest: { ...manifest, ...changes }, files }
        return codeOf(
          verified(await tightBundle(bundle, { signer: dev }), contextOf(prod, [trustIn(dev)])),
        )
      }),
    )

    expect(answers).to.deep.equal(Array(wrong.length).fill('InvalidContent'))
  })

  it('is refused when its content is no JSON, is nested too deep, or says what it may not', async () => {
    const parts = partsOf(dev, prod)
    const { manifest, files } = await looseBundle(parts)
    const context = contextOf(prod, [trustIn(dev)])
    const deep = JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`)
    const hidden = 'x'.repeat(10) + '[{'.repeat(100)
    const process = Buffer.from('{"steps":[}'.padEnd(200))
    const entry = { name: 'process.json', size: process.length, sha256: sha256Of(process) }
    const broken = await tightBundle(
      {
        manifest: {
          ...manifest,
          entries: manifest.entries.map((one) => (one.name === entry.name ? entry : one)),
        },
        files: files.map((one) => (one.name === entry.name ? { ...one, bytes: process } : one)),
      },
      { signer: dev },
    )
    const withHistory = (history: unknown) =>
      bundleOf({ ...parts, documents: { ...parts.documents, history } })
    const readContent = () => {
      throw new BundleError('UnsupportedStepType', 'There is no such step here.')
    }

    expect(await codeOf(verified(broken, context))).to.equal('InvalidContent')
    expect(await codeOf(verified(await withHistory(deep), context))).to.equal('InvalidContent')
    expect((await verified(await withHistory(hidden), context)).replay.kind).to.equal('New')
    expect(
      await codeOf(
        verified(await bundleOf(parts), contextOf(prod, [trustIn(dev)], { readContent })),
      ),
    ).to.equal('UnsupportedStepType')
  })

  it('may have been written by a newer Tako, as long as that does not matter', async () => {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const added = { ...manifest, schema: 'tako/bundle@1.3', weather: { sky: 'blue' } }
    const bundle = await tightBundle({ manifest: added, files }, { signer: dev })

    const result = await verified(bundle, contextOf(prod, [trustIn(dev)]))

    expect(result.newerMinor).to.equal(true)
    expect(result.manifest).to.have.deep.property('weather', { sky: 'blue' })
  })

  it('is refused with the version that is needed when only a newer Tako can read it', async () => {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const context = contextOf(prod, [trustIn(dev)])
    const needing = async (changes: object) =>
      verified(
        await tightBundle({ manifest: { ...manifest, ...changes }, files }, { signer: dev }),
        context,
      )

    const error = await needing({ schema: 'tako/bundle@3' }).catch((caught: unknown) => caught)

    expect(error)
      .to.have.property('message')
      .that.matches(/^Version 3 of tako\/bundle is needed/)
    expect(await codeOf(needing({ schema: 'tako/bundle@3' }))).to.equal('UnsupportedSchema')
    expect(await codeOf(needing({ minReader: 2 }))).to.equal('UnsupportedSchema')
    expect(await codeOf(needing({ schema: 'tako/pack@1' }))).to.equal('UnsupportedSchema')
    expect(await codeOf(needing({ schema: 'other/bundle@1' }))).to.equal('UnsupportedSchema')
  })

  it('is read by a newer Tako than the one that wrote it', async () => {
    const bundle = await bundleOf(partsOf(dev, prod))

    const { replay } = await verified(bundle, contextOf(prod, [trustIn(dev)], { reader: 2 }))

    expect(replay.kind).to.equal('New')
  })

  it('is checked in the order that is promised: the first of several faults is the one that is told', async () => {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const faults = {
      schema: 'tako/bundle@1',
      target: { ...manifest.target, fingerprint: other.fingerprint },
      issuedAt: '2027-01-01T00:00:00.000Z',
      sequence: 1,
    }
    const bundle = { manifest: { ...manifest, ...faults }, files: files.slice(1) }
    const context = contextOf(prod, [trustIn(dev)])
    const repaired = (changes: object) => ({
      ...bundle,
      manifest: { ...bundle.manifest, ...changes },
    })
    const refusal = async (one: typeof bundle, signer = dev) =>
      codeOf(verified(await tightBundle(one, { signer }), context))

    expect(await refusal(repaired({ schema: 'tako/bundle@9' }), other)).to.equal('UnknownSender')
    expect(await refusal(repaired({ schema: 'tako/bundle@9' }))).to.equal('UnsupportedSchema')
    expect(await refusal(bundle)).to.equal('WrongTarget')
    expect(await refusal(repaired({ target: manifest.target }))).to.equal('IssuedInFuture')
    expect(
      await refusal(repaired({ target: manifest.target, issuedAt: manifest.issuedAt })),
    ).to.equal('MissingEntry')
  })

  it('is not looked into when the very same has come before', async () => {
    const written = await writeBundle(partsOf(dev, prod))
    const context = contextOf(prod, [trustIn(dev)], {
      seen: async ({ manifestSha256 }) => ({
        sameId: { manifestSha256 },
        ...{ latest: null, sameVersion: null, newest: null },
      }),
      readContent: () => {
        throw new Error('It was read.')
      },
    })

    const { replay, opened } = await verified(await bytesOf(written), context)
    const offered = await verifyOffer(
      { manifest: written.manifestBytes, jws: written.jws },
      context,
    )

    expect([replay.kind, opened]).to.deep.equal(['Duplicate', null])
    expect(offered.replay.kind).to.equal('Duplicate')
  })

  it('has the same content digest for the same content, and another for any other', () => {
    const { documents, modules, secrets } = partsOf(dev, prod)
    const contents = { documents, modules, secrets }
    const digestOf = (changes: object) => contentDigestOf({ ...contents, ...changes }, secretsKey)

    const digest = digestOf({})

    expect(digestOf({ documents: { ...documents, history: [] } })).to.equal(digest)
    expect(digestOf({ documents: { ...documents, process: {} } })).not.to.equal(digest)
    expect(digestOf({ modules: [] })).not.to.equal(digest)
    expect(digestOf({ secrets: [] })).not.to.equal(digest)
    expect(digestOf({ secrets: [{ path: 'variables/Variables-2', value: 'other' }] })).not.to.equal(
      digest,
    )
    expect(contentDigestOf(contents, Buffer.alloc(32, 8))).not.to.equal(digest)
  })

  it('is refused by its own writer when no reader would take it', async () => {
    const parts = partsOf(dev, prod)
    const process = { script: 'x'.repeat(33 * 1024 ** 2) }

    const answer = codeOf(writeBundle({ ...parts, documents: { ...parts.documents, process } }))

    expect(await answer).to.equal('UnsupportedContent')
    expect(jsonBytes(process).length).to.be.above(32 * 1024 ** 2)
  })
})
