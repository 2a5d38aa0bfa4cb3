import { createServer, get, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { webFiles } from '../../services/api/web/files.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

describe('The web UI', () => {
  let server: Server
  let port: number
  let isTaken: boolean | undefined

  before((done) => {
    const web = webFiles({ root: join(import.meta.dirname, '../..') })
    server = createServer((request, response) => {
      isTaken = web(request, response)
      if (!isTaken) response.writeHead(405).end()
    })
    server.listen(0, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port
      done()
    })
  })

  after((done) => {
    server.close(done)
  })

  /** Sends the path as it is: `fetch` would tidy it first. */
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<Answer>((resolve, reject) => {
      const request = get(
        { host: '127.0.0.1', port, path, headers, method, agent: false },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part) => parts.push(part))
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response
            resolve({ status, headers, body: Buffer.concat(parts) })
          })
        },
      )
      request.on('error', reject)
    })

  const page = async () => (await ask('/')).body.toString()
  const baseOf = (html: string) => /\/assets\/[\w-]+\//.exec(html)?.[0] ?? ''

  it('is one document at every address that is no file', async () => {
    const answers = await Promise.all(
      ['/', '/sign-in', '/harbour/projects/shop/releases/2.9.0', '/app'].map((path) => ask(path)),
    )

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200])
    expect(new Set(answers.map(({ body }) => body.toString())).size).to.equal(1)
    expect(answers[0]?.headers['content-type']).to.equal('text/html; charset=utf-8')
    expect(answers[0]?.headers['cache-control']).to.equal('no-cache')
  })

  it('allows the import map by its hash, and nothing inline beside it', async () => {
    const { headers } = await ask('/')

    const policy = String(headers['content-security-policy'])
    expect(policy).to.match(/script-src 'self' 'sha256-[\w+/]+='/)
    expect(policy).not.to.match(/script-src[^;]*unsafe/)
    expect(policy).to.include("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).to.equal('nosniff')
  })

  it('has every module that its map and its links name', async () => {
    const html = await page()
    const map = JSON.parse(/<script type="importmap">(.*?)<\/script>/.exec(html)?.[1] ?? '')
    const links = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path)
    const paths = [...Object.values<string>(map.imports), ...links.map(String)]

    const answers = await Promise.all(paths.map((path) => ask(path)))

    const missing = paths.filter((_, at) => answers[at]?.status !== 200)
    expect(missing).to.deep.equal([])
    expect(paths.length).to.be.greaterThan(30)
  })

  it('lets browsers keep a file for ever, since its address changes with it', async () => {
    const base = baseOf(await page())

    const [file, other] = await Promise.all([
      ask(`${base}app.js`),
      ask('/assets/anotherversion/app.js'),
    ])

    expect(file.headers['cache-control']).to.equal('public, max-age=31536000, immutable')
    expect(other.status).to.equal(404)
    expect(other.headers['cache-control']).to.equal('no-store')
  })

  it('sends texts small to whoever can unpack them', async () => {
    const path = `${baseOf(await page())}app.js`

    const [plain, brotli, gzip] = await Promise.all([
      ask(path),
      ask(path, { 'accept-encoding': 'gzip, deflate, br' }),
      ask(path, { 'accept-encoding': 'gzip' }),
    ])

    expect(brotli.headers['content-encoding']).to.equal('br')
    expect(gzip.headers['content-encoding']).to.equal('gzip')
    expect(brotliDecompressSync(brotli.body)).to.deep.equal(plain.body)
    expect(gunzipSync(gzip.body)).to.deep.equal(plain.body)
    expect(brotli.body.length).to.be.lessThan(plain.body.length / 2)
  })

  it('says that a file is still the same', async () => {
    const { headers } = await ask('/')

    const again = await ask('/', { 'if-none-match': String(headers.etag) })

    expect(again.status).to.equal(304)
    expect(again.body.length).to.equal(0)
  })

  it('answers HEAD with the length and no body', async () => {
    const [whole, head] = await Promise.all([ask('/'), ask('/', {}, 'HEAD')])

    expect(head.headers['content-length']).to.equal(String(whole.body.length))
    expect(head.body.length).to.equal(0)
  })

  for (const path of [
    '../../package.json',
    '..%2f..%2fpackage.json',
    'npm/../../package.json',
    'npm/moleculer/package.json',
    'npm/mongoose/index.js',
    'index.html',
    'tsconfig.json',
    '%00',
    'styles',
  ]) {
    it(`does not give away ${path}`, async () => {
      const answer = await ask(baseOf(await page()) + path)

      expect(answer.status).to.equal(404)
    })
  }

  it('leaves what is not read to others', async () => {
    const answer = await ask('/', {}, 'POST')

    expect(isTaken).to.equal(false)
    expect(answer.status).to.equal(405)
  })
})
