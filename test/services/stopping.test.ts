import { once } from 'node:events'
import { connect } from 'node:net'
import { startServer } from '../support/server.ts'

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
})
