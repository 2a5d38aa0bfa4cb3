import { expect } from 'chai'
import fc from 'fast-check'
import { BundleError } from '#domain/bundle/errors.ts'
import type { Manifest } from '#domain/bundle/manifest.ts'
import { replayOutcome, type Seen } from '#domain/bundle/replay.ts'

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string]

const manifestOf = (changes: Partial<Manifest> = {}) =>
  ({
    bundleId: 'second',
    ...{ sequence: 8, revision: 2, contentDigest: B, issuedAt: '2026-11-24T12:00:00Z' },
    ...changes,
    // The rule looks at these alone.
  }) as Manifest

const seenOf = (changes: Partial<Seen> = {}): Seen => ({
  ...{ sameId: null, latest: null, sameVersion: null },
  newest: { sequence: 7, issuedAt: '2026-11-24T11:00:00Z' },
  ...changes,
})

const outcome = (manifest: Manifest, seen: Seen, strictOrder = false) =>
  replayOutcome(manifest, 'digest of the manifest', { seen, strictOrder })

/** The kind, or the code with which it is refused. */
function answerOf(manifest: Manifest, seen: Seen, strictOrder = false): string {
  try {
    return outcome(manifest, seen, strictOrder).kind
  } catch (error) {
    if (error instanceof BundleError) return error.code
    throw error
  }
}

describe('A bundle, to a target that remembers,', () => {
  it('is new when neither its release nor its version is known', () => {
    expect(outcome(manifestOf(), seenOf())).to.deep.equal({
      ...{ kind: 'New', missing: 0, wentBack: false },
    })
  })

  it('is a duplicate when its id has come with the same bytes, and refused with others', () => {
    const same = seenOf({ sameId: { manifestSha256: 'digest of the manifest' } })
    const other = seenOf({ sameId: { manifestSha256: 'another digest' } })

    expect(answerOf(manifestOf({ sequence: 1 }), same, true)).to.equal('Duplicate')
    expect(answerOf(manifestOf(), other)).to.equal('BundleIdReused')
  })

  it('is the same release again when the content is the same, whatever its revision', () => {
    const seen = seenOf({ latest: { bundleId: 'first', revision: 2, contentDigest: B } })

    for (const revision of [1, 2, 3])
      expect(answerOf(manifestOf({ revision }), seen)).to.equal('Resend')
  })

  it('is a new revision with other content and a higher number, and stale with any other', () => {
    const seen = seenOf({ latest: { bundleId: 'first', revision: 2, contentDigest: A } })

    expect(answerOf(manifestOf({ revision: 3 }), seen)).to.equal('NewRevision')
    expect(answerOf(manifestOf({ revision: 2 }), seen)).to.equal('StaleRevision')
    expect(answerOf(manifestOf({ revision: 1 }), seen)).to.equal('StaleRevision')
  })

  it('is in conflict when another release had its version', () => {
    const seen = seenOf({ sameVersion: { sourceReleaseId: 'Releases-1' } })

    expect(answerOf(manifestOf(), seen)).to.equal('VersionConflict')
  })

  it('may be older than the newest one, unless the order is strict', () => {
    const manifest = manifestOf({ sequence: 3, issuedAt: '2026-11-20T12:00:00Z' })

    expect(outcome(manifest, seenOf())).to.deep.include({ kind: 'New', wentBack: false })
    expect(answerOf(manifest, seenOf(), true)).to.equal('OutOfOrder')
    expect(answerOf(manifestOf(), seenOf(), true)).to.equal('New')
  })

  it('shows that its sender counts again what it has counted', () => {
    const { kind, wentBack } = outcome(manifestOf({ sequence: 3 }), seenOf())

    expect([kind, wentBack]).to.deep.equal(['New', true])
  })

  it('tells how many before it have not come', () => {
    expect(outcome(manifestOf({ sequence: 11 }), seenOf()).missing).to.equal(3)
    expect(outcome(manifestOf({ sequence: 3 }), seenOf({ newest: null })).missing).to.equal(2)
  })

  it('never makes a release twice, in whatever order bundles come', () => {
    const arrival = fc.record({
      bundleId: fc.constantFrom('one', 'two', 'three', 'four'),
      revision: fc.integer({ min: 1, max: 3 }),
      contentDigest: fc.constantFrom(A, B, C),
    })
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 20 }), (arrivals) => {
        const ids = new Map<string, string>()
        let latest: Seen['latest'] = null
        for (const one of arrivals) {
          const digest = JSON.stringify(one)
          const known = ids.get(one.bundleId)
          const seen = seenOf({ latest, sameId: known ? { manifestSha256: known } : null })
          let kind: string
          try {
            kind = replayOutcome(manifestOf(one), digest, { seen, strictOrder: false }).kind
          } catch (error) {
            if (error instanceof BundleError) continue
            throw error
          }
          if (kind === 'New') expect(latest).to.equal(null)
          if (kind === 'Duplicate') expect(known).to.equal(digest)
          if (kind === 'New' || kind === 'NewRevision') {
            expect(one.revision).to.be.above(latest?.revision ?? 0)
            expect(one.contentDigest).not.to.equal(latest?.contentDigest)
            latest = one
          }
          ids.set(one.bundleId, digest)
        }
      }),
    )
  })
})
