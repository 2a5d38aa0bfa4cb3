import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { allowLong, limitArrival } from '../../services/api/arrival.ts'
import { until } from '../support/until.ts'

/** Short enough to be waited for, in ms. */
const SOON = 100

const head = (length: number) =>
  `POST / HTTP/1.1\r\nHost: tako\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`

describe('A request', () => {
  let server: Server
  let handle: (request: IncomingMessage, response: ServerResponse) => void
  let client: Socket

  beforeEach(async () => {
    server = createServer((request, response) => {
      limitArrival(request, response, SOON)
      handle(request, response)
    })
    server.listen(0)
    await once(server, 'listening')
    client = connect((server.address() as AddressInfo).port)
  })
  afterEach(async () => {
    client.destroy()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  /** Reads it to its end, and answers. */
  const echo = (request: IncomingMessage, response: ServerResponse) => {
    text(request).then(
      (body) => response.end(body),
      () => response.destroy(),
    )
  }

  it('that is there in time is answered', async () => {
    handle = echo
    client.write(`${head(5)}hello`)

    expect(await text(client))
      .to.contain('200 OK')
      .and.to.contain('hello')
  })

  it('that does not become whole is ended, and told so', async () => {
    handle = echo
    client.write(`${head(5)}he`)

    expect(await text(client)).to.contain('408 Request Timeout')
  })

  it('that does not become whole though it was answered is ended', async () => {
    handle = (_request, response) => response.writeHead(200).flushHeaders()
    client.write(`${head(5)}he`)

    expect(await text(client))
      .to.contain('200 OK')
      .and.not.to.contain('408')
  })

  it('that may take long is waited for', async () => {
    handle = (request, response) => {
      allowLong(request, response, SOON * 100)
      echo(request, response)
    }
    client.write(`${head(8)}by `)
    const began = performance.now()
    await until(() => performance.now() - began > SOON * 2, 'the time for others is over')

    client.write('parts')

    expect(await text(client))
      .to.contain('200 OK')
      .and.to.contain('by parts')
  })

  it('that may take long, and of which nothing comes any more, is ended', async () => {
    handle = (request, response) => {
      allowLong(request, response, SOON)
      echo(request, response)
    }
    client.write(`${head(8)}by`)

    expect(await text(client)).to.equal('')
  })
})
