import { expect } from 'chai'
import { recentChanges } from '../../services/api/changes.ts'

describe('The recent changes', () => {
  const change = (Id: string) => ({ spaceId: 'Spaces-1', Kind: 'Environment', Id })

  it('are told to those who listen', () => {
    const changes = recentChanges('era')
    const heard: string[] = []
    const stop = changes.listen((one) => heard.push(one ? `${one.id} ${one.change.Id}` : 'a gap'))

    changes.tell(change('E-1'))
    changes.missed()
    stop()
    changes.tell(change('E-2'))

    expect(heard).to.deep.equal(['era-1 E-1', 'a gap'])
  })

  it('can be had from the last one that was heard on', () => {
    const changes = recentChanges('era')
    for (const id of ['E-1', 'E-2', 'E-3']) changes.tell(change(id))

    expect(changes.since('era-1')?.map(({ change }) => change.Id)).to.deep.equal(['E-2', 'E-3'])
    expect(changes.since('era-3')).to.deep.equal([])
  })

  it('have a gap where this node was told nothing', () => {
    const changes = recentChanges('era')
    changes.tell(change('E-1'))
    const before = changes.last()
    changes.missed()
    const after = changes.last()
    changes.tell(change('E-2'))

    expect(changes.since(before)).to.equal(null)
    expect(changes.since(after)?.map(({ change }) => change.Id)).to.deep.equal(['E-2'])
  })

  it('have a gap for who heard another server, too little or too much', () => {
    const changes = recentChanges('era')
    for (let count = 0; count < 3000; count += 1) changes.tell(change(`E-${count}`))

    for (const id of ['other-2999', 'era-1', 'era-3001', 'era-x', 'x', '-']) {
      expect(changes.since(id), id).to.equal(null)
    }
    expect(changes.since('era-2999')).to.have.length(1)
  })
})
