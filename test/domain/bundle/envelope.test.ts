import { expect } from 'chai'
import { type Message, readEnvelope, writeEnvelope } from '#domain/bundle/envelope.ts'
import { jsonBytes } from '#domain/bundle/json.ts'
import { sign } from '#domain/bundle/jws.ts'
import { codeOf, contextOf, makeSpace, now, type Space, trustIn } from '../../support/bundles.ts'

const ID = '019ac5f0-0000-7000-8000-00000000000a'

describe('A message between two servers', () => {
  let dev: Space
  let prod: Space

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
  })

  const context = (changes: object = {}) => ({
    ...contextOf(prod, [trustIn(dev)]),
    unseen: async (_message: Message) => true,
    ...changes,
  })

  const write = (changes: object = {}, signer = dev) =>
    writeEnvelope(
      { id: ID, type: 'hello', to: prod.fingerprint, body: { versions: [1] }, now, ...changes },
      signer,
    )

  const at = (seconds: number) => context({ now: new Date(now.getTime() + seconds * 1000) })

  it('comes with who has sent it', async () => {
    const { message, trust } = await readEnvelope(await write(), context())

    expect(trust.Fingerprint).to.equal(dev.fingerprint)
    expect(message).to.deep.include({ id: ID, type: 'hello', body: { versions: [1] } })
    expect(message.exp - message.iat).to.equal(600)
  })

  it('may answer another one', async () => {
    const jws = await write({ type: 'hello.reply', inReplyTo: ID })

    const { message } = await readEnvelope(jws, context())

    expect(message.inReplyTo).to.equal(ID)
  })

  it('is taken once', async () => {
    const ids = new Set<string>()
    const unseen = async ({ id }: Message) => ids.size !== ids.add(id).size

    const first = await readEnvelope(await write(), context({ unseen }))
    const second = codeOf(readEnvelope(await write(), context({ unseen })))

    expect(first.message.id).to.equal(ID)
    expect(await second).to.equal('MessageRepeated')
  })

  it('is valid for ten minutes, give or take two minutes of the clocks', async () => {
    const jws = await write()

    expect(await codeOf(readEnvelope(jws, at(-121)))).to.equal('IssuedInFuture')
    expect((await readEnvelope(jws, at(-120))).message.id).to.equal(ID)
    expect((await readEnvelope(jws, at(720))).message.id).to.equal(ID)
    expect(await codeOf(readEnvelope(jws, at(721)))).to.equal('MessageExpired')
  })

  it('does not use up its id when it is refused', async () => {
    const asked: string[] = []
    const unseen = async ({ id }: Message) => asked.push(id) > 0
    const jws = await write()

    await codeOf(readEnvelope(jws, { ...at(10_000), unseen }))
    await codeOf(readEnvelope(jws, context({ unseen, ownFingerprints: ['another'] })))
    await codeOf(readEnvelope(`${jws}x`, context({ unseen })))

    expect(asked).to.deep.equal([])
  })

  it('is refused from strangers, from who is not trusted now, and when it is for another space', async () => {
    const stranger = await makeSpace('DevTest Space')
    const refusal = (jws: string, changes: object = {}) =>
      codeOf(readEnvelope(jws, context(changes)))

    expect(await refusal(await write({}, stranger))).to.equal('UnknownSender')
    expect(
      await refusal(await write(), contextOf(prod, [trustIn(dev, { State: 'Suspended' })])),
    ).to.equal('TrustNotActive')
    expect(await refusal(await write({ to: dev.fingerprint }))).to.equal('WrongTarget')
  })

  it('is refused when it is not as it should be', async () => {
    const whole = {
      ...{ v: 1, id: ID, type: 'hello', from: dev.fingerprint, to: prod.fingerprint },
      iat: now.getTime() / 1000,
      exp: now.getTime() / 1000 + 600,
      ...{ inReplyTo: null, body: null },
    }
    const refusal = async (changes: object) =>
      codeOf(
        readEnvelope(
          await sign(jsonBytes({ ...whole, ...changes }), { typ: 'tako-msg+jws', signer: dev }),
          context(),
        ),
      )

    expect(await refusal({ exp: whole.exp + 1 })).to.equal('InvalidContent')
    expect(await refusal({ iat: 'now' })).to.equal('InvalidContent')
    expect(await refusal({ exp: 1e300 })).to.equal('InvalidContent')
    expect(await refusal({ id: 'one' })).to.equal('InvalidContent')
    expect(await refusal({ body: undefined })).to.equal('InvalidContent')
    expect(await refusal({ from: prod.fingerprint })).to.equal('InvalidContent')
    expect(await refusal({ v: 2 })).to.equal('UnsupportedSchema')
    expect(await codeOf(readEnvelope('x'.repeat(9_000_000), context()))).to.equal('MessageTooLarge')
  })
})
