import mongoose, { type Connection } from 'mongoose'
import { Client } from './client.ts'

/** The parts of mongoose's connection that its driver fills in. */
interface Driven {
  createClient(): Promise<Connection>
  client: Client
  db: unknown
  name: string
  readyState: number
  onOpen(): void
}

const { connecting } = mongoose.ConnectionStates

/**
 * A connection of mongoose to the embedded store in a folder. Models, documents and queries are
 * mongoose's own, and so is its driver for MongoDB, which only ever calls methods of a client:
 * here that client is ours.
 */
export async function connectEmbedded(home: string): Promise<Connection> {
  const connection = mongoose.createConnection()
  // Its driver's part is in no type of mongoose.
  const driven = connection as unknown as Driven
  driven.createClient = async () => {
    driven.readyState = connecting
    driven.client = new Client(home)
    driven.name = 'tako'
    driven.db = driven.client.db(driven.name)
    driven.onOpen()
    return connection
  }
  return connection.openUri(`embedded:${home}`)
}
