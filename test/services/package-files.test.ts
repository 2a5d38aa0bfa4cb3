import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { expect } from 'chai'
import { config } from '#config'
import { blobs } from '#store/blobs.ts'
import { deltaOf } from '../support/octodiff.ts'
import { pushFile, pushPackage } from '../support/packages.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'
import { until } from '../support/until.ts'

const MEGABYTE = 1024 * 1024
const key = { 'X-Octopus-ApiKey': config.adminApiKey ?? '' }

describe('The file of a package', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  /** How many bytes of packages are on the disk, whole or not. */
  function bytesOnDisk(): number {
    const folder = blobs.pathOf(`packages/${spaceId}`)
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  }

  /** An upload that is sent by hand, bit by bit. */
  function upload(fileName: string): { sending: ClientRequest; answer: Promise<IncomingMessage> } {
    const sending = httpRequest(`${server.url}/${spaceId}/packages/raw`, {
      method: 'POST',
      headers: { ...key, 'Content-Type': 'multipart/form-data; boundary=cut' },
    })
    sending.write(
      `--cut\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n\r\n`,
    )
    const answer = once(sending, 'response').then(([response]) => response as IncomingMessage)
    return { sending, answer }
  }

  describe('while it comes in', () => {
    beforeEach(() => pushPackage(server, spaceId, `Before.1.0.${Date.now()}.zip`))

    it('goes to the disk, and is not gathered first', async () => {
      const before = bytesOnDisk()
      const { sending, answer } = upload('Large.1.0.0.zip')
      const content = randomBytes(MEGABYTE)

      for (let sent = 0; sent < 16; sent += 1) sending.write(content)

      // What the pipes between hold is a part of a megabyte.
      await until(() => bytesOnDisk() - before > 14 * MEGABYTE, 'the file is being written')
      const { TotalResults } = await server.ask('GET', `/${spaceId}/packages?nuGetPackageId=Large`)
      expect(TotalResults).to.equal(0)
      sending.end('\r\n--cut--\r\n')
      const made = await json(await answer)
      expect(made).to.include({ PackageSizeBytes: 16 * MEGABYTE })
    })

    it('and breaks off, leaves nothing', async () => {
      const before = bytesOnDisk()
      const { sending, answer } = upload('Cut.1.0.0.zip')
      answer.catch(() => undefined)
      sending.on('error', () => undefined)
      sending.write(randomBytes(MEGABYTE))
      await until(() => bytesOnDisk() > before, 'the file is being written')

      sending.destroy()

      await until(() => bytesOnDisk() === before, 'nothing of it is left')
      const { TotalResults } = await server.ask('GET', `/${spaceId}/packages?nuGetPackageId=Cut`)
      expect(TotalResults).to.equal(0)
    })

    it('is refused before it is there, where it is there already', async () => {
      await pushPackage(server, spaceId, 'Known.1.0.0.zip')
      const { sending, answer } = upload('Known.1.0.0.zip')
      sending.write(randomBytes(MEGABYTE))

      const response = await answer

      expect(response.statusCode).to.equal(409)
      response.resume()
      sending.end('\r\n--cut--\r\n')
    })
  })

  describe('is sent', () => {
    let address: string
    const get = (headers: Record<string, string> = {}, method = 'GET') =>
      fetch(address, { method, headers: { ...key, ...headers } })

    before(async () => {
      const { Id } = await pushPackage(server, spaceId, 'Sent.1.0.0.zip', '0123456789')
      address = `${server.url}/${spaceId}/packages/${Id}/raw`
    })

    it('with its name, its length and a sign of its content', async () => {
      const response = await get()
      const head = await get({}, 'HEAD')

      expect(Object.fromEntries(response.headers)).to.include({
        'content-type': 'application/octet-stream',
        'content-length': '10',
        'accept-ranges': 'bytes',
        'content-disposition': `attachment; filename="Sent.1.0.0.zip"; filename*=UTF-8''Sent.1.0.0.zip`,
      })
      expect(response.headers.get('etag')).to.match(/^"[0-9a-f]{64}"$/)
      expect(await response.text()).to.equal('0123456789')
      expect(head.headers.get('content-length')).to.equal('10')
      expect(await head.text()).to.equal('')
    })

    const parts: [range: string, status: number, text: string, said: string | null][] = [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
      ['bytes=0-1,5-6', 200, '0123456789', null],
      ['lines=1-2', 200, '0123456789', null],
      ['nonsense', 200, '0123456789', null],
    ]
    for (const [Range, status, text, said] of parts) {
      it(`as ${status} to who asks for ${Range}`, async () => {
        const response = await get({ Range })

        expect(response.status).to.equal(status)
        expect(response.headers.get('content-range')).to.equal(said)
        expect(await response.text()).to.equal(text)
      })
    }

    it('not at all to who asks for what is after its end', async () => {
      const response = await get({ Range: 'bytes=10-20' })

      expect(response.status).to.equal(416)
      expect(response.headers.get('content-range')).to.equal('bytes */10')
      expect(await response.json()).to.have.property('ErrorMessage')
    })

    it('as a whole to who has a part of another one', async () => {
      const { headers } = await get()
      const same = await get({ Range: 'bytes=0-1', 'If-Range': headers.get('etag') ?? '' })
      const other = await get({ Range: 'bytes=0-1', 'If-Range': '"of another"' })

      expect([same.status, other.status]).to.deep.equal([206, 200])
    })

    it('whole when it is empty', async () => {
      const { Id } = await pushPackage(server, spaceId, 'Empty.1.0.0.zip', '')

      const response = await fetch(`${server.url}/${spaceId}/packages/${Id}/raw`, { headers: key })

      expect(response.headers.get('content-length')).to.equal('0')
      expect(await response.text()).to.equal('')
    })
  })

  describe('from a delta', () => {
    const base = randomBytes(20_000)
    const next = Buffer.concat([Buffer.from('a new start'), base, Buffer.from('a new end')])
    const signature = async (path: string) => {
      const response = await fetch(`${server.url}/${spaceId}/packages/${path}`, { headers: key })
      return { status: response.status, answer: (await response.json()) as Record<string, string> }
    }

    before(() => pushFile(server, { spaceId, fileName: 'Web.1.0.0.zip', content: base }))

    it('is what the new version is, sent by what is new alone', async () => {
      const { answer } = await signature('Web/1.1.0/delta-signature')
      const delta = deltaOf(next, Buffer.from(answer.Signature ?? '', 'base64'))

      const response = await pushFile(server, {
        spaceId,
        fileName: 'Web.1.1.0.zip',
        content: new Uint8Array(delta),
        path: `packages/Web/${answer.BaseVersion}/delta`,
      })

      const made = (await response.json()) as { Id: string }
      const raw = await fetch(`${server.url}/${spaceId}/packages/${made.Id}/raw`, { headers: key })
      expect(answer.BaseVersion).to.equal('1.0.0')
      expect(delta.length).to.be.lessThan(3_000)
      expect(response.status).to.equal(201)
      expect(Buffer.from(await raw.arrayBuffer()).equals(next)).to.equal(true)
    })

    it('needs another version', async () => {
      const { status } = await signature('Nothing/1.0.0/delta-signature')

      expect(status).to.equal(404)
    })

    it('is refused, when it does not fit, and leaves nothing', async () => {
      const before = bytesOnDisk()
      const wrong = deltaOf(next, [{ literal: Buffer.from('something else') }])

      const answers = await Promise.all(
        ['1.0.0', '7.0.0'].map((version) =>
          pushFile(server, {
            spaceId,
            fileName: 'Web.1.2.0.zip',
            content: new Uint8Array(wrong),
            path: `packages/Web/${version}/delta`,
          }),
        ),
      )

      expect(answers.map(({ status }) => status)).to.deep.equal([400, 404])
      expect(bytesOnDisk()).to.equal(before)
    })
  })
})
