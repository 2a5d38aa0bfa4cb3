import { expect } from 'chai'
import { pageOf, paging, takeAll } from '#domain/page.ts'

const path = '/api/Spaces-1/environments'
const page = (skip: number, take: number, total: number, query = {}) =>
  pageOf({ itemType: 'Environment', path, query, skip, take, total, items: [] })

describe('What a query says of paging', () => {
  it('is thirty from the beginning unless it says otherwise', () => {
    expect(paging({})).to.deep.equal({ skip: 0, take: 30, faults: [] })
    expect(paging({ skip: '', take: '0' })).to.deep.equal({ skip: 0, take: 30, faults: [] })
    expect(paging({ skip: '60', take: 5 })).to.deep.equal({ skip: 60, take: 5, faults: [] })
    expect(paging({ take: `${takeAll}` }).take).to.equal(takeAll)
  })

  it('is refused when it is no count', () => {
    for (const take of ['-1', '1.5', 'all', '2147483648', '1e3', {}])
      expect(paging({ take }).faults, String(take)).to.have.length(1)
    expect(paging({ skip: '-1', take: 'x' }).faults).to.have.length(2)
  })
})

describe('A page', () => {
  it('counts pages as clients do', () => {
    expect(page(0, 1, 3)).to.include({ NumberOfPages: 3, LastPageNumber: 2, ItemsPerPage: 1 })
    expect(page(0, 30, 3)).to.include({ NumberOfPages: 1, LastPageNumber: 0, TotalResults: 3 })
    expect(page(0, 30, 0)).to.include({ NumberOfPages: 1, LastPageNumber: 0 })
    expect(page(0, 2, 4)).to.include({ NumberOfPages: 2, LastPageNumber: 1 })
  })

  it('links to the next one only when there is one', () => {
    expect(page(0, 30, 31).Links['Page.Next']).to.equal(`${path}?skip=30&take=30`)
    expect(page(0, 30, 30).Links).to.not.have.property('Page.Next')
    expect(page(30, 30, 31).Links).to.not.have.property('Page.Next')
    expect(page(0, takeAll, 99).Links).to.not.have.property('Page.Next')
  })

  it('links to the previous one unless it is the first', () => {
    expect(page(30, 30, 31).Links['Page.Previous']).to.equal(`${path}?skip=0&take=30`)
    expect(page(10, 30, 31).Links['Page.Previous']).to.equal(`${path}?skip=0&take=30`)
    expect(page(0, 30, 31).Links).to.not.have.property('Page.Previous')
  })

  it('keeps the filters in every link, encoded', () => {
    const query = { partialName: 'a&b c', ids: ['E-1', 'E-2'], name: '', skip: 7, Take: 9 }
    const { Links } = page(10, 10, 100, query)
    const filters = 'partialName=a%26b%20c&ids=E-1&ids=E-2'
    expect(Links['Page.Next']).to.equal(`${path}?skip=20&take=10&${filters}`)
    expect(Links['Page.All']).to.equal(`${path}?skip=0&take=${takeAll}&${filters}`)
    expect(Links['Page.Last']).to.equal(`${path}?skip=90&take=10&${filters}`)
    expect(Links.Template).to.equal(`${path}{?skip,take,partialName,ids,name}`)
  })

  it('is walked to its end by its links', () => {
    const seen: number[] = []
    for (let next: string | undefined = `${path}?skip=0&take=7`; next !== undefined; ) {
      const query: URLSearchParams = new URL(next, 'http://tako').searchParams
      const { skip, take } = paging(Object.fromEntries(query))
      seen.push(skip)
      next = page(skip, take, 32).Links['Page.Next']
    }
    expect(seen).to.deep.equal([0, 7, 14, 21, 28])
  })
})
