import { Collection } from './collection.ts'
import { Engine } from './engine.ts'
import { Table } from './table.ts'

/** A database of the embedded store: the collections whose tables begin with its name. */
export class Database {
  readonly databaseName: string
  readonly #client: Client

  constructor(client: Client, name: string) {
    this.#client = client
    this.databaseName = name
  }

  collection(name: string): Collection {
    return new Collection(this.#client.table(this.databaseName, name), name)
  }

  async createCollection(name: string): Promise<Collection> {
    const table = this.#client.table(this.databaseName, name)
    if (!table.exists) await table.engine.write(() => table.create())
    return this.collection(name)
  }

  async dropDatabase(): Promise<boolean> {
    const tables = this.#client.tablesOf(this.databaseName)
    await this.#client.engine.write(() => {
      for (const table of tables) table.drop()
    })
    return true
  }

  listCollections() {
    const toArray = async () =>
      this.#client.tablesOf(this.databaseName).map(({ name }) => ({
        name: name.slice(this.databaseName.length + 1),
        type: 'collection',
      }))
    return { toArray }
  }
}

/** The embedded store in a folder, as mongoose knows a client of MongoDB. */
export class Client {
  readonly engine: Engine
  /** One for each collection: all models of it share what is known of its indexes. */
  readonly #tables = new Map<string, Table>()

  constructor(home: string) {
    this.engine = new Engine(home)
    this.engine.exec(
      'CREATE TABLE IF NOT EXISTS tako_collections (name TEXT PRIMARY KEY, indexes TEXT, compound TEXT)',
    )
  }

  db(name: string): Database {
    return new Database(this, name)
  }

  table(database: string, collection: string): Table {
    const name = `${database}.${collection}`
    const table = this.#tables.get(name) ?? new Table(this.engine, name)
    this.#tables.set(name, table)
    return table
  }

  /** Those that exist. */
  tablesOf(database: string): Table[] {
    const prefix = `${database}.`
    return this.engine
      .all('SELECT name FROM tako_collections')
      .map(({ name }) => String(name))
      .filter((name) => name.startsWith(prefix))
      .map((name) => this.table(database, name.slice(prefix.length)))
  }

  async close(): Promise<void> {
    this.engine.close()
  }
}
