import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { expect } from 'chai'
import { ADMIN_KEY, newHome } from '../support/process.ts'
import { startServer } from '../support/server.ts'
import { until } from '../support/until.ts'

describe('A server that stops', () => {
  it('waits for no connection on which nothing is asked', async function () {
    this.timeout(15_000) // Left alone, such a connection lives for 30 s.
    const server = await startServer()
    await server.send('GET', '/environments')
    const { port } = new URL(server.url)
    const spare = connect(Number(port), '127.0.0.1')
    await once(spare, 'connect')

    const closed = once(spare, 'close')
    await server.stop()

    await closed
  })

  it('answers what is asked already, says that the connection ends, and takes no other', async function () {
    this.timeout(20_000)
    const home = newHome()
    const server = await home.start()
    const path = `${server.url}/api/environments`
    const body = JSON.stringify({ Name: 'In time' })
    const asking = request(path, {
      method: 'POST',
      headers: {
        'X-Octopus-ApiKey': ADMIN_KEY,
        'Content-Type': 'application/json',
        'Content-Length': body.length,
      },
    })
    const answer = once(asking, 'response')
    asking.write(body.slice(0, 5))
    await until(() => asking.socket?.bytesWritten, 'the request is on its way')
    // It has arrived when one that was sent later has.
    await server.ask('GET', '/environments')

    const ended = once(server.process, 'exit')
    server.process.kill('SIGTERM')
    const why = await until(
      () =>
        fetch(path).then(
          () => null,
          (error) => error.cause.code,
        ),
      'no other request is taken',
    )
    asking.end(body.slice(5))
    const [response] = await answer

    expect(why).to.be.oneOf(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'])
    expect(response.statusCode).to.equal(201)
    expect(response.headers.connection).to.equal('close')
    response.resume()
    expect((await ended)[0]).to.equal(0)
    await home.remove()
  })
})
