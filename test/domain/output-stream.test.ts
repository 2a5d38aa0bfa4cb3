import { expect } from 'chai'
import fc from 'fast-check'
import { createMasker } from '#domain/masking.ts'
import type { Stream } from '#domain/message-effects.ts'
import { createOutput } from '#domain/output-stream.ts'
import { encodeMessage, type ServiceMessage } from '#domain/service-messages.ts'

const at = 1_900_000_000_000

function printed(secrets: string[] = []) {
  const messages: ServiceMessage[] = []
  const output = createOutput({
    masker: createMasker(secrets),
    onMessage: (message) => messages.push(message),
  })
  let text = ''
  const counts = { lines: 0, warnings: 0, errors: 0 }
  const add = (part: ReturnType<typeof output.write>) => {
    text += part.text
    counts.lines += part.lines
    counts.warnings += part.warnings
    counts.errors += part.errors
  }
  return {
    messages,
    counts,
    print: (chunk: string | Buffer, stream: Stream = 'out') =>
      add(output.write(stream, Buffer.from(chunk), at)),
    end: (stream: Stream = 'out') => add(output.flush(stream, at)),
    /** Each line as its letter, a colon and the text. */
    lines: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => `${line.charAt(9)}:${line.slice(10)}`),
    pending: output.pending,
  }
}

describe('What a script prints', () => {
  it('becomes lines with a time and a level', () => {
    const log = printed()

    log.print('one\ntwo\n\n')
    log.print('three\n', 'err')

    expect(log.lines()).to.deep.equal(['i:one', 'i:two', 'i:', 'e:three'])
    expect(log.counts).to.deep.equal({ lines: 4, warnings: 0, errors: 1 })
  })

  it('waits for the end of its line', () => {
    const log = printed()

    log.print('on')
    expect(log.lines()).to.deep.equal([])
    expect(log.pending('out')).to.equal(2)
    log.print('e\ntw')
    log.end()

    expect(log.lines()).to.deep.equal(['i:one', 'i:tw'])
    expect(log.pending('out')).to.equal(0)
  })

  it('has no line more when it ends with a line end', () => {
    const log = printed()

    log.print('one\n')
    log.end()

    expect(log.lines()).to.deep.equal(['i:one'])
  })

  it('keeps characters that a chunk cuts', () => {
    const log = printed()
    const bytes = Buffer.from('ü😀\n')

    for (const byte of bytes) log.print(Buffer.from([byte]))

    expect(log.lines()).to.deep.equal(['i:ü😀'])
  })

  it('has no carriage returns', () => {
    const log = printed()

    log.print('one\r\n10%\r20%\r')
    expect(log.lines()).to.deep.equal(['i:one', 'i:10%'])
    log.print('\nthree\r\r\n\r')
    log.end()

    expect(log.lines()).to.deep.equal(['i:one', 'i:10%', 'i:20%', 'i:three', 'i:'])
  })

  it('has its secrets masked, also when a chunk or a line break cuts them', () => {
    const log = printed(['s3cret', 'line one\nline two'])

    log.print('a s3c')
    log.print('ret!\nline o')
    log.print('ne\nline tw')
    log.print('o')
    log.end()

    expect(log.lines()).to.deep.equal(['i:a ********!', 'i:********', 'i:********'])
  })

  it('is cut when a line is very long, but no secret is', () => {
    const log = printed(['s3cret'])

    log.print(`${'x'.repeat(65_533)}s3cr`)
    expect(log.lines()).to.deep.equal([])
    log.print(`et${'y'.repeat(20)}`)
    log.print('\n')

    expect(log.lines().map((line) => line.length)).to.deep.equal([65_535, 30])
    expect(log.lines()[1]).to.equal(`i:********${'y'.repeat(20)}`)
  })

  it('is cut between characters', () => {
    const log = printed()

    log.print(`x${'😀'.repeat(40_000)}\n`)

    const text = log.lines().map((line) => line.slice(2))
    expect(text.join('')).to.equal(`x${'😀'.repeat(40_000)}`)
    expect(text).to.have.length(3)
  })

  it('is the same however it is cut into chunks', () => {
    const parts = fc.constantFrom(
      'text',
      's3cret',
      's3',
      '\n',
      '\r',
      '\r\n',
      'ü😀',
      '##octopus[',
      encodeMessage('stdout-warning'),
      encodeMessage('stdout-default'),
      encodeMessage('setVariable', { name: 'A', value: 'B\nC' }).replace(' value', '\nvalue'),
      'z'.repeat(70_000),
    )
    const printing = fc.tuple(
      fc.array(parts, { maxLength: 12 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
    )
    fc.assert(
      fc.property(printing, ([texts, places]) => {
        const bytes = Buffer.from(texts.join(''))
        const whole = printed(['s3cret'])
        whole.print(bytes)
        whole.end()
        const cuts = places.map((place) => Math.round(place * bytes.length)).sort((a, b) => a - b)
        const cut = printed(['s3cret'])
        let from = 0
        for (const to of [...cuts, bytes.length]) {
          cut.print(bytes.subarray(from, to))
          from = to
        }
        cut.end()

        expect(cut.lines()).to.deep.equal(whole.lines())
        expect(cut.messages).to.deep.equal(whole.messages)
        expect(whole.lines().join('\n')).not.to.contain('s3cret')
      }),
      { numRuns: 200 },
    )
  })
})

describe('Service messages in the output', () => {
  it('are told and not shown', () => {
    const log = printed()

    log.print(`one\n${encodeMessage('setVariable', { name: 'A', value: 'B' })}\ntwo\n`)

    expect(log.messages).to.deep.equal([
      { name: 'setVariable', attributes: { name: 'A', value: 'B' } },
    ])
    expect(log.lines()).to.deep.equal(['i:one', 'i:two'])
  })

  it('may stand between texts of a line', () => {
    const log = printed()

    log.print(`before ${encodeMessage('progress', { percentage: '5' })} after\n`)

    expect(log.lines()).to.deep.equal(['i:before ', 'i: after'])
    expect(log.messages).to.have.length(1)
  })

  it('change the level of what follows on their stream', () => {
    const log = printed()

    log.print('##octopus[stdout-verbose]\nquiet\n##octopus[stdout-warning]\nmind\n')
    log.print('##octopus[stdout-ignore]\nhidden\n##octopus[stdout-default]\nplain\n')
    log.print('wrong\n', 'err')
    log.print('##octopus[stderr-progress]\n')
    log.print('going on\n', 'err')

    expect(log.lines()).to.deep.equal(['v:quiet', 'w:mind', 'i:plain', 'e:wrong', 'v:going on'])
    expect(log.counts).to.deep.equal({ lines: 5, warnings: 1, errors: 1 })
  })

  it('mask what they call secret, also in lines before them of the same chunk', () => {
    const log = printed()

    log.print(`hunter2\n${encodeMessage('mask', { value: 'hunter2' })}\nhunter2\n`)
    log.print('hunter2\n', 'err')
    const output = { name: 'P', value: 'p4ssword', sensitive: 'True' }
    log.print(`${encodeMessage('setVariable', output)}\np4ssword\n`)

    expect(log.lines()).to.deep.equal(['i:********', 'i:********', 'e:********', 'i:********'])
  })

  it('may be longer than a line can be', () => {
    const log = printed()
    const value = 'v'.repeat(300_000)
    const line = Buffer.from(`${encodeMessage('setVariable', { name: 'A', value })}\nend\n`)

    for (let from = 0; from < line.length; from += 65_536) {
      log.print(line.subarray(from, from + 65_536))
    }

    expect(log.messages[0]?.attributes.value).to.equal(value)
    expect(log.lines()).to.deep.equal(['i:end'])
  })

  it('that are malformed are ordinary lines', () => {
    const log = printed()

    log.print('##octopus[what is this?\n##octopus[progress a=1]\n##octopus[unfinished')
    log.end()

    expect(log.lines()).to.deep.equal([
      'i:##octopus[what is this?',
      'i:##octopus[progress a=1]',
      'i:##octopus[unfinished',
    ])
  })

  it('that Tako does not know leave a note, telemetry does not', () => {
    const log = printed()

    log.print(
      '##octopus[calamari-timed-operation]\n##octopus[dance]\n##octopus[create-awsaccount]\n',
    )

    expect(log.lines().map((line) => line.slice(0, 32))).to.deep.equal([
      "v:The service message 'dance' ha",
      "w:The service message 'create-aw",
    ])
  })
})
