import { connect } from 'node:net'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'

describe('The gateway', () => {
  let server: TestServer
  const bodyOf = async (response: Response) => JSON.parse(await response.text())

  before(async () => {
    server = await startServer()
  })

  after(() => server.stop())

  describe('finds a resource', () => {
    it('in the default space, and in a space by id, slug or name, whatever the case', async () => {
      const made = await server.ask('POST', '/environments', { Name: 'Development' })

      const forms = ['', '/Spaces-1', '/spaces/Spaces-1', '/default', '/Default', '/SPACES/DEFAULT']
      const found = await Promise.all(
        forms.map((form) => server.ask('GET', `${form}/Environments/${made.Id}`)),
      )

      for (const one of found) expect(one).to.deep.equal(made)
    })

    it('not in a space that is unknown', async () => {
      const response = await server.send('GET', '/Spaces-99/environments')

      expect(response.status).to.equal(404)
      expect(await bodyOf(response)).to.deep.equal({
        ErrorMessage: "The space 'Spaces-99' was not found.",
      })
    })

    it('not by a strange text, which is no fault of the server', async () => {
      const texts = [
        'test-id%203f',
        '%00',
        '%F0%9F%9A%80',
        '..%2F..%2Fetc',
        '%zz',
        '$where',
        'x'.repeat(390),
      ]
      for (const text of texts) {
        const response = await server.send('GET', `/environments/${text}`)

        expect(response.status, text).to.equal(404)
        expect(await bodyOf(response), text).to.have.keys('ErrorMessage')
      }
    })
  })

  describe('answers', () => {
    it('a creation like a later reading and like an item of a list', async () => {
      const response = await server.send('POST', '/environments', {
        name: 'Test',
        Links: { a: 'b' },
      })
      const made = await bodyOf(response)

      expect(response.status).to.equal(201)
      expect(response.headers.get('location')).to.equal(`/api/Spaces-1/environments/${made.Id}`)
      const read = await server.ask('GET', `/environments/${made.Id}`)
      expect(read).to.deep.equal(made)
      const list = await server.ask<{ Items: unknown[] }>('GET', `/environments?ids=${made.Id}`)
      expect(list.Items).to.deep.equal([made])
      const all = await server.ask('GET', `/environments/all?ids=${made.Id}`)
      expect(all).to.deep.equal([made])
    })

    it('a deletion with 200 and an empty body that says so', async () => {
      const { Id } = await server.ask('POST', '/environments', { Name: 'Short-lived' })

      const response = await server.send('DELETE', `/environments/${Id}`)

      expect(response.status).to.equal(200)
      expect(response.headers.get('content-length')).to.equal('0')
      expect((await server.send('GET', `/environments/${Id}`)).status).to.equal(404)
    })

    it('pages whose next one keeps the filters', async () => {
      for (const number of [1, 2, 3]) {
        await server.ask('POST', '/environments', { Name: `Page ${number}` })
      }

      const first = await server.ask('GET', '/environments?partialName=page&take=1&apikey=')
      const { Links: links } = first as { Links: Record<string, string> }
      const next = await server.ask<{ Items: { Name: string }[] }>(
        'GET',
        String(links['Page.Next']).slice('/api'.length),
      )

      expect(first).to.include({
        ItemType: 'Environment',
        TotalResults: 3,
        ItemsPerPage: 1,
        NumberOfPages: 3,
        LastPageNumber: 2,
      })
      expect(links['Page.Next']).to.equal(
        '/api/Spaces-1/environments?skip=1&take=1&partialName=page',
      )
      expect(next.Items.map(({ Name }) => Name)).to.deep.equal(['Page 2'])
    })

    it('HEAD like GET without a body, and OPTIONS with the verbs', async () => {
      const head = await server.send('HEAD', '/environments')
      const options = await server.send('OPTIONS', '/environments')

      expect(head.status).to.equal(200)
      expect(Number(head.headers.get('content-length'))).to.be.greaterThan(100)
      expect(options.headers.get('allow')).to.equal('GET, POST, HEAD, OPTIONS')
    })

    it('what is long compressed, never with br', async () => {
      const response = await fetch(`${server.url}/serverstatus/timezones`, {
        headers: {
          'X-Octopus-ApiKey': 'API-TESTADMINISTRATOR0000000',
          'Accept-Encoding': 'br, compress, gzip',
        },
      })

      expect(response.headers.get('content-encoding')).to.equal('gzip')
      expect(await response.json()).to.be.an('array').that.is.not.empty
    })

    it('with headers that keep browsers and proxies from mischief', async () => {
      const { headers } = await server.send('GET', '/environments')

      expect(headers.get('cache-control')).to.equal('no-store')
      expect(headers.get('x-content-type-options')).to.equal('nosniff')
      expect(headers.get('content-security-policy')).to.contain("default-src 'none'")
      expect(headers.get('x-powered-by')).to.equal(null)
      expect(headers.get('x-request-id')).to.match(/^\w+-\w+$/)
    })
  })

  describe('refuses', () => {
    const refusals: [what: string, status: number, method: string, path: string][] = [
      ['an unknown address', 404, 'GET', '/nope/nope/nope'],
      ['an unknown address below a known one', 404, 'GET', '/environments/a/b/c'],
      ['a verb that an address does not have', 405, 'DELETE', '/environments'],
      ['a verb that HTTP knows and the API does not', 405, 'PATCH', '/environments'],
      ['what is not built', 501, 'GET', '/accounts'],
      ['a change of what is not built', 501, 'POST', '/Spaces-1/tenants'],
    ]
    for (const [what, status, method, path] of refusals) {
      it(`${what} with ${status}, in JSON`, async () => {
        const response = await server.send(method, path, method === 'POST' ? {} : undefined)

        expect(response.status).to.equal(status)
        expect(await bodyOf(response)).to.have.keys('ErrorMessage')
      })
    }

    it('who is not signed in, and a key that is wrong', async () => {
      for (const key of [null, '', 'API-WRONG', 'x']) {
        const response = await server.send('GET', '/environments', undefined, key)

        expect(response.status, String(key)).to.equal(401)
      }
      expect((await server.send('GET', '', undefined, 'API-WRONG')).status).to.equal(401)
    })

    it('bodies that are no JSON object of a sensible size', async () => {
      const send = (body: string, type = 'application/json') =>
        fetch(`${server.url}/environments`, {
          method: 'POST',
          body,
          headers: { 'Content-Type': type, 'X-Octopus-ApiKey': 'API-TESTADMINISTRATOR0000000' },
        })
      const deep = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`
      const cases: [string, number, string?][] = [
        ['{', 400],
        ['[]', 400],
        ['null', 400],
        ['"text"', 400],
        ['', 400],
        [deep, 400],
        ['<a/>', 415, 'text/xml'],
        ['{}', 415, 'multipart/form-data'],
        [JSON.stringify({ Name: 'x'.repeat(1024 * 1024) }), 413],
      ]
      for (const [body, status, type] of cases) {
        const response = await send(body, type)
        const answer = await bodyOf(response)

        expect(response.status, body.slice(0, 20)).to.equal(status)
        expect(answer.ErrorMessage).to.be.a('string')
        expect('Errors' in answer).to.equal(status === 400)
      }
    })

    it('what is no HTTP, in JSON too', async () => {
      const { port } = new URL(server.url)
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'))
        let text = ''
        socket.on('data', (chunk) => {
          text += chunk
        })
        socket.on('close', () => resolve(text))
      })

      expect(answer).to.match(/^HTTP\/1\.1 400 /)
      expect(answer).to.contain('"ErrorMessage"')
    })
  })

  describe('has root documents', () => {
    it('for everybody, with the links of the default space', async () => {
      const response = await server.send('GET', '/', undefined, null)
      const root = await bodyOf(response)

      expect(root.Version).to.match(/^\d+\.\d+\.\d+$/)
      expect(root.InstallationId).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect(root.Links.Environments).to.equal(
        '/api/Spaces-1/environments{/id}{?name,skip,ids,take,partialName}',
      )
      expect(root.Links.Self).to.equal('/api')
    })

    it('for a space, without a version, and not for who is not signed in', async () => {
      const root = await server.ask<{ Links: Record<string, string> }>('GET', '/Spaces-1')

      expect(root).not.to.have.any.keys('Version', 'ApiVersion')
      expect(root.Links).to.include({
        Self: '/api/Spaces-1',
        Web: '/app#/Spaces-1',
        Tasks: root.Links.Tasks,
      })
      expect(root.Links.Tasks).to.match(/^\/api\/Spaces-1\/tasks\{\/id\}/)
      expect((await server.send('GET', '/Spaces-1', undefined, null)).status).to.equal(401)
    })

    it('whose links all lead somewhere', async () => {
      const root = await server.ask<{ Links: Record<string, string> }>('GET', '')
      const inApi = Object.entries(root.Links).filter(([, link]) => link.startsWith('/api'))
      for (const [name, link] of inApi) {
        const path = link
          .slice('/api'.length)
          .replace(/\{[/?].*$/, '')
          .replace('{spaceId}', 'Spaces-1')
          .replace(/\{\w+\}/g, 'x')

        const [options, get] = await Promise.all([
          server.send('OPTIONS', path),
          server.send('GET', path),
        ])

        // Some are only there to be posted or put to.
        expect(options.status, `${name} ${link}`).to.equal(200)
        expect([200, 400, 404, 405, 501], `${name} ${link}`).to.include(get.status)
      }
    })
  })

  it('signs in by cookie, and wants proof of who writes', async () => {
    const signIn = await server.send(
      'POST',
      '/users/login',
      { Username: 'admin', Password: 'Password01!' },
      null,
    )
    const cookies = signIn.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
    const csrf =
      cookies.find((cookie) => cookie.startsWith('Octopus-Csrf-Token'))?.split('=')[1] ?? ''
    const send = (method: string, path: string, headers: Record<string, string> = {}) =>
      fetch(server.url + path, {
        method,
        headers: { Cookie: cookies.join('; '), 'Content-Type': 'application/json', ...headers },
        ...(method === 'POST' && { body: JSON.stringify({ Name: 'By cookie' }) }),
      })

    expect(signIn.status).to.equal(200)
    expect(signIn.headers.getSetCookie()[0]).to.match(/; HttpOnly; SameSite=Strict$/)
    expect((await send('GET', '/users/me')).status).to.equal(200)
    expect((await send('POST', '/environments')).status).to.equal(403)
    const proof = { 'X-Octopus-Csrf-Token': decodeURIComponent(csrf) }
    expect(
      (await send('POST', '/environments', { ...proof, 'Sec-Fetch-Site': 'cross-site' })).status,
    ).to.equal(403)
    expect((await send('POST', '/environments', proof)).status).to.equal(201)
    expect((await send('POST', '/users/logout', proof)).status).to.equal(200)
    expect((await send('GET', '/users/me')).status).to.equal(401)
  })
})
