import { expect } from 'chai'
import { healthOf, type Signs, statusOf } from '../../domain/worker-health.ts'

const version = '1.2.3'

/** What is heard of a worker that is well. */
const well: Signs = {
  isForeign: false,
  wasHeard: true,
  isHeardNow: true,
  silentMs: 0,
  version,
  shells: [{ Name: 'bash', Version: '5.2' }],
  freeDiskBytes: 50 * 2 ** 30,
}

const health = (more: Partial<Signs>, was: Parameters<typeof healthOf>[1]['was'] = 'Unknown') =>
  healthOf({ ...well, ...more }, { was, version })

describe('The health of a worker', () => {
  it('is good while it is heard and can run steps', () => {
    const found = health({ silentMs: 9_000 })

    expect(found).to.deep.equal({ HealthStatus: 'Healthy', StatusSummary: 'It runs steps.' })
  })

  it('stays what it was between ten and fifteen seconds of silence', () => {
    const found = [10_001, 14_999].map((silentMs) => health({ silentMs }, 'Healthy'))

    expect(found).to.deep.equal([null, null])
  })

  it('is unavailable after fifteen seconds of silence', () => {
    const found = health({ silentMs: 15_000 }, 'Healthy')

    expect(found?.HealthStatus).to.equal('Unavailable')
  })

  it('is not judged by who has listened for a moment alone', () => {
    const found = health({ isHeardNow: false, silentMs: 3_000 }, 'Healthy')

    expect(found).to.equal(null)
  })

  it('is unavailable to who has listened long enough without hearing it', () => {
    const found = health({ isHeardNow: false, silentMs: 60_000 }, 'Healthy')

    expect(found?.HealthStatus).to.equal('Unavailable')
  })

  it('is not known of one that nobody has ever heard', () => {
    const found = health({ wasHeard: false, isHeardNow: false, silentMs: 60_000 })

    expect(found?.HealthStatus).to.equal('Unknown')
  })

  it('has warnings that each say what to mend', () => {
    const noBash = health({ shells: [{ Name: 'bash', Version: null }] })
    const full = health({ freeDiskBytes: 2 ** 29 })
    const old = health({ version: '1.0.0' })

    expect([noBash, full, old].map((found) => found?.HealthStatus)).to.deep.equal(
      Array(3).fill('HasWarnings'),
    )
    expect(noBash?.StatusSummary).to.match(/no bash/)
    expect(full?.StatusSummary).to.match(/disk/)
    expect(old?.StatusSummary).to.match(/1\.0\.0.*1\.2\.3/)
  })

  it('does not go to and fro while the free disk does', () => {
    const freeDiskBytes = 1.1 * 2 ** 30

    const states = [health({ freeDiskBytes }, 'Healthy'), health({ freeDiskBytes }, 'HasWarnings')]

    expect(states.map((found) => found?.HealthStatus)).to.deep.equal(['Healthy', 'HasWarnings'])
  })

  it('has no warnings about what the worker has not said yet', () => {
    const found = health({ shells: null, freeDiskBytes: null, version: null })

    expect(found?.HealthStatus).to.equal('Healthy')
  })

  it('of a Tentacle is that Tako does not reach it', () => {
    const found = health({ isForeign: true })

    expect(found?.HealthStatus).to.equal('Unavailable')
    expect(found?.StatusSummary).to.match(/does not speak to Tentacles.*npm run worker/)
  })
})

describe('The status of a worker', () => {
  it('follows from its health, unless it is disabled', () => {
    const states = (['Unknown', 'Healthy', 'HasWarnings', 'Unhealthy', 'Unavailable'] as const).map(
      (state) => statusOf(state, false),
    )

    expect(states).to.deep.equal(['Unknown', 'Online', 'Online', 'Offline', 'Offline'])
    expect(statusOf('Healthy', true)).to.equal('Disabled')
  })
})
