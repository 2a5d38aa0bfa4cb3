import { expect } from 'chai'
import { keptOf } from '#domain/release-builds.ts'

const commits = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ Id: `${at}`, Comment: 'x'.repeat(80) }))

describe('What a release keeps of its builds', () => {
  it('is all, when there is room', () => {
    const build = { BuildNumber: '1', Commits: commits(3) }

    expect(keptOf([build])).to.deep.equal([{ ...build, IncompleteDataWarning: '' }])
  })

  it('is as many commits as there is room for, and that some are left out', () => {
    const [first, second] = keptOf([{ Commits: commits(50) }, { Commits: commits(2) }], 2000)

    expect(first?.Commits).to.have.length.within(5, 15)
    expect(first?.Commits[0]).to.include({ Id: '0' })
    expect(first?.IncompleteDataWarning).to.match(/^\d+ of 50 commits are kept with the release\.$/)
    expect(second).to.deep.equal({ Commits: commits(2), IncompleteDataWarning: '' })
  })
})
