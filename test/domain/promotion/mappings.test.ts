import { expect } from 'chai'
import {
  faultsOfMappings,
  isOpenMapping,
  lostMappings,
  type Mapping,
  nameAtSource,
  neededMappings,
} from '#domain/promotion/mappings.ts'
import { contentDocs, stepDoc, variableDoc } from './content-sample.ts'
import { targetState } from './target-sample.ts'

const target = targetState()
const feed = (kind: string, name: string) => ({
  ...{ id: 'p', name: '', packageId: 'Acme', feed: { kind, name }, version: null },
  ...{ acquisitionLocation: 'Server', properties: {} },
})
const teams = { 'Octopus.Action.Manual.ResponsibleTeamIds': ['managers', 'Testers'] }
const steps = [
  stepDoc('Deploy', { environments: ['production'], workerPool: 'Linux', teams }),
  stepDoc('Fetch', { packages: [feed('BuiltIn', 'Theirs'), feed('NuGet', 'Lab')] }),
]
const variables = [
  variableDoc({ name: 'Pool', kind: 'workerPool', value: 'LINUX' }),
  variableDoc({ name: 'Any', kind: 'workerPool', value: null }),
]
const content = contentDocs({ process: { steps }, variables: { variables } })
const needed = (mappings: Mapping[] = [], wanted: string[] = []) =>
  neededMappings(content, { wanted, mappings, target })
const stateOf = (mappings: Mapping[], name: string) =>
  needed(mappings).find(({ Name }) => Name === name)

describe('Names that need a meaning in the target', () => {
  it('are each listed once, with where they are used and what is called the same', () => {
    expect(needed([], ['Spare']).map(({ Kind, Name, State }) => [Kind, Name, State])).to.deep.equal(
      [
        ['Environment', 'Spare', 'Needed'],
        ['Environment', 'production', 'SameName'],
        ['WorkerPool', 'Linux', 'Needed'],
        ['Feed', 'Lab', 'Needed'],
        ['Team', 'managers', 'Needed'],
        ['Team', 'Testers', 'Needed'],
      ],
    )
    expect(stateOf([], 'Linux')).to.deep.include({
      UsedBy: ["The step 'Deploy' runs in it.", "It is a value of 'Pool'."],
      Suggestions: [{ Id: 'WorkerPools-L', Name: 'Linux' }],
    })
    expect(stateOf([], 'Testers')?.Suggestions).to.deep.equal([])
  })

  it('are what people have chosen, whatever is called the same', () => {
    const mappings: Mapping[] = [
      { Kind: 'Environment', Name: 'Production', TargetId: 'Environments-E' },
      { Kind: 'WorkerPool', Name: 'linux', TargetId: 'WorkerPools-D' },
    ]
    expect(stateOf(mappings, 'production')).to.deep.include({
      ...{ State: 'Chosen', TargetId: 'Environments-E', TargetName: 'Prod EU' },
    })
    expect(stateOf(mappings, 'Linux')).to.deep.include({ State: 'Chosen', TargetName: 'Any' })
  })

  it('are open while they are not decided, or what was chosen is gone', () => {
    const mappings: Mapping[] = [
      { Kind: 'Environment', Name: 'production', TargetId: null },
      { Kind: 'WorkerPool', Name: 'Linux', TargetId: 'WorkerPools-gone' },
      { Kind: 'Team', Name: 'managers', TargetId: 'Teams-M' },
    ]
    expect(stateOf(mappings, 'Linux')?.State).to.equal('Gone')
    expect(stateOf(mappings, 'production')?.State).to.equal('LeftOut')
    expect(
      needed(mappings)
        .filter(isOpenMapping)
        .map(({ Name }) => Name),
    ).to.deep.equal([...['Linux', 'Lab', 'Testers']])
  })

  it('are told back to the sender in its own words', () => {
    const mappings: Mapping[] = [
      { Kind: 'Environment', Name: 'Production', TargetId: 'Environments-E' },
    ]
    expect(nameAtSource({ Id: 'Environments-E', Name: 'Prod EU' }, mappings)).to.equal('Production')
    expect(nameAtSource({ Id: 'Environments-X', Name: 'Spare' }, mappings)).to.equal('Spare')
  })
})

describe('Mappings are refused', () => {
  const cases: [string, Mapping[], code: string][] = [
    [
      'of what the bundle does not name',
      [{ Kind: 'Team', Name: 'Linux', TargetId: 'Teams-M' }],
      'MappingUnknown',
    ],
    [
      'to something that was deleted',
      [{ Kind: 'WorkerPool', Name: 'Linux', TargetId: 'WorkerPools-X' }],
      'MappingGone',
    ],
    [
      'to something of another kind',
      [{ Kind: 'WorkerPool', Name: 'Linux', TargetId: 'Teams-M' }],
      'MappingGone',
    ],
    [
      'to a feed of another kind',
      [{ Kind: 'Feed', Name: 'Lab', TargetId: 'Feeds-B' }],
      'MappingNotAllowed',
    ],
    [
      'that leave out a team',
      [{ Kind: 'Team', Name: 'Testers', TargetId: null }],
      'MappingNotAllowed',
    ],
    [
      'that leave out a worker pool',
      [{ Kind: 'WorkerPool', Name: 'Linux', TargetId: null }],
      'MappingNotAllowed',
    ],
    [
      'that say one thing twice',
      [
        { Kind: 'Team', Name: 'Testers', TargetId: 'Teams-M' },
        { Kind: 'Team', Name: 'testers', TargetId: 'Teams-M' },
      ],
      'MappingTwice',
    ],
  ]
  for (const [what, mappings, code] of cases)
    it(what, () => {
      const faults = faultsOfMappings(mappings, needed(), target)
      expect(faults.map(({ Code }) => Code)).to.deep.equal([code])
      expect(faults[0]?.Message).to.contain(mappings.at(-1)?.Name)
    })

  it('but not for leaving out an environment, or choosing well', () => {
    const mappings: Mapping[] = [
      { Kind: 'Environment', Name: 'PRODUCTION', TargetId: null },
      { Kind: 'Feed', Name: 'Lab', TargetId: 'Feeds-N' },
    ]
    expect(faultsOfMappings(mappings, needed(), target)).to.deep.equal([])
  })
})

describe('Mappings of an imported release', () => {
  it('no longer hold once what was chosen is deleted', () => {
    const mappings: Mapping[] = [
      { Kind: 'WorkerPool', Name: 'Lab', TargetId: 'WorkerPools-X' },
      { Kind: 'WorkerPool', Name: 'Linux', TargetId: 'WorkerPools-L' },
      { Kind: 'Environment', Name: 'Spare', TargetId: null },
      { Kind: 'Feed', Name: 'Lab', TargetId: 'Feeds-N' },
      { Kind: 'Team', Name: 'Testers', TargetId: 'WorkerPools-L' },
    ]
    expect(
      lostMappings(mappings, target).map(({ Code, Message }) => [Code, Message]),
    ).to.deep.equal([
      ['MappingGone', "The worker pool 'Lab' is mapped to 'WorkerPools-X', which was not found."],
      ['MappingGone', "The team 'Testers' is mapped to 'WorkerPools-L', which was not found."],
    ])
  })
})
