import { expect } from 'chai'
import { categories, formatLine, letterOf, parseLine } from '#domain/log-line.ts'
import { rawActivity, rawHeader, rawLine } from '#domain/raw-log.ts'

const at = Date.UTC(2030, 0, 2, 3, 4, 5, 678)

describe('A log line', () => {
  it('is read as it was written', () => {
    const line = formatLine(at, 'h', 'Done: ü 😀')

    expect(line).to.match(/^[0-9a-z]{9}hDone: ü 😀\n$/)
    expect(parseLine(line.slice(0, -1))).to.deep.equal({
      at,
      category: 'Highlight',
      text: 'Done: ü 😀',
    })
  })

  it('may be empty', () => {
    expect(parseLine(formatLine(at, 'i', '').trimEnd())).to.include({ category: 'Info', text: '' })
  })

  it('of a text with line breaks is several lines', () => {
    const lines = formatLine(at, 'w', 'one\r\ntwo\nthree').split('\n')

    expect(lines.map((line) => line.slice(10))).to.deep.equal(['one', 'two', 'three', ''])
    expect(new Set(lines.slice(0, 3).map((line) => line.slice(0, 10))).size).to.equal(1)
  })

  for (const torn of ['', '0mabc', '0mabcdefg', '0mabcdefg?text', '!!!!!!!!!itext']) {
    it(`is not '${torn}'`, () => {
      expect(parseLine(torn)).to.equal(null)
    })
  }

  it('has one letter for each category', () => {
    for (const [letter, category] of Object.entries(categories)) {
      expect(letterOf(category)).to.equal(letter)
    }
  })
})

describe('The raw log', () => {
  it('has the time, the level and the text of a line', () => {
    expect(rawLine({ at, category: 'Info', text: 'Hello' })).to.equal(
      '03:04:05   Info     |   Hello',
    )
    expect(rawLine({ at, category: 'Highlight', text: 'Hello' }, 2)).to.equal(
      '03:04:05   Highlight|       Hello',
    )
  })

  it('indents the activities', () => {
    expect(rawActivity({ status: 'Success', name: 'Step 1: Web', depth: 1 })).to.equal(
      '                    |   == Success: Step 1: Web ==',
    )
  })

  it('begins with what is known of the task', () => {
    const header = rawHeader({
      id: 'ServerTasks-1',
      relatedIds: ['Deployments-1', 'Releases-1'],
      status: 'Executing',
      queuedAt: new Date(at),
      startedAt: null,
      completedAt: null,
      duration: null,
      serverVersion: '0.1.0',
      serverNode: 'one',
    })

    expect(header.split('\n')).to.deep.equal([
      'Task ID:         ServerTasks-1',
      'Related IDs:     Deployments-1, Releases-1',
      'Task status:     Executing',
      'Task queued:     2030-01-02 03:04:05 UTC',
      'Server version:  0.1.0',
      'Server node:     one',
      '',
    ])
  })
})
