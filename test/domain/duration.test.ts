import { expect } from 'chai'
import { durationBetween, durationText, msOfSpan, spanOf } from '#domain/duration.ts'

describe('A duration', () => {
  it('is told in its two largest units', () => {
    expect(durationText(999)).to.equal('less than a second')
    expect(durationText(1000)).to.equal('1 second')
    expect(durationText(3500)).to.equal('3 seconds')
    expect(durationText(60_000)).to.equal('1 minute')
    expect(durationText(65_000)).to.equal('1 minute 5 seconds')
    expect(durationText(7_260_000)).to.equal('2 hours 1 minute')
    expect(durationText(86_400_000 * 3)).to.equal('3 days')
  })

  it('is none before the start, and goes on until the end', () => {
    const [start, now] = ['2026-01-01T00:00:00Z', new Date('2026-01-01T00:00:05Z')]
    expect(durationBetween(null, null, now)).to.equal('')
    expect(durationBetween(start, null, now)).to.equal('5 seconds')
    expect(durationBetween(start, '2026-01-01T00:00:03Z', now)).to.equal('3 seconds')
    expect(durationBetween('2026-01-01T00:01:00Z', null, now)).to.equal('less than a second')
  })

  it('is a span of fixed places', () => {
    expect(spanOf(0)).to.equal('00:00:00')
    expect(spanOf(3_723_000)).to.equal('01:02:03')
    expect(spanOf(2 * 86_400_000 + 1000)).to.equal('2.00:00:01')
    expect(msOfSpan('2.00:00:01')).to.equal(172_801_000)
    expect(msOfSpan('01:02:03')).to.equal(3_723_000)
    expect(msOfSpan('25:00:00')).to.equal(null)
    expect(msOfSpan('soon')).to.equal(null)
  })
})
