import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Line {
  /** Where the server is reached by it. */
  address: string
  /** Ends all connections, and lets no other come about. */
  cut(): void
  mend(): void
  stop(): Promise<void>
}

/** A line to a server that can be cut, as a network cable can. */
export async function lineTo(address: string): Promise<Line> {
  const port = Number(new URL(address).port)
  const sockets = new Set<Socket>()
  let isCut = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // The other end may go without a word: that is what the line is for.
    socket.on('error', () => socket.destroy())
  }
  const line = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(port, 'localhost')
    keep(near)
    keep(far)
    near.pipe(far).pipe(near)
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
  })
  line.listen(0, 'localhost')
  await once(line, 'listening')

  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    address: `http://localhost:${(line.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      isCut = false
    },
    async stop() {
      cut()
      line.close()
      await once(line, 'close')
    },
  }
}
