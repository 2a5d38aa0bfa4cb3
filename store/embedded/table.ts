import mongoose from 'mongoose'
import { type Doc, decode, encode, type Scalar, scalarOf, scalarsAt, valueAt } from './encoding.ts'
import type { Engine } from './engine.ts'
import { isDuplicate, toDuplicateKeyError } from './errors.ts'
import type { Column } from './filter.ts'
import { type Index, keyOf } from './indexes.ts'

/** A stored document, and its row. */
export interface Stored {
  seq: number
  /** As it is stored, which tells whether a change has changed anything. */
  text: string
  doc: Doc
}

const { ObjectId } = mongoose.mongo
const FILLED_AT_ONCE = 500

/**
 * A collection as an SQL table: `_id`, the document as JSON, a column for each scalar field that an
 * index has, and one for the key of each unique index. What is said "inside a write" runs in
 * `engine.write`.
 */
export class Table {
  readonly name: string
  readonly engine: Engine
  /** Quoted, for SQL. */
  readonly sqlName: string
  #indexes: Index[]
  /** What is inside the arrays of indexed fields, quoted. */
  readonly #elements: string
  /** Indexed fields that hold an array or an object somewhere. */
  #compound: Set<string>
  #exists: boolean
  #columns = new Map<string, string>()
  #insert = ''

  constructor(engine: Engine, name: string) {
    this.engine = engine
    this.name = name
    this.sqlName = quoted(name)
    this.#elements = quoted(`${name}:elements`)
    const known = engine.get('SELECT indexes, compound FROM tako_collections WHERE name = ?', name)
    this.#exists = known !== undefined
    this.#indexes = known ? JSON.parse(String(known.indexes)) : []
    this.#compound = new Set(known ? JSON.parse(String(known.compound)) : [])
    this.#derive()
  }

  get exists(): boolean {
    return this.#exists
  }

  get indexes(): readonly Index[] {
    return this.#indexes
  }

  /** The column that answers for a field, if there is one. */
  columnOf = (field: string): Column | undefined => {
    const name = field === '_id' ? '_id' : this.#columns.get(field)
    if (!name) return undefined
    return { field, name, ...(this.#compound.has(field) && { elements: this.#elements }) }
  }

  /** Makes the table. Inside a write. */
  create(): void {
    if (this.#exists) return
    this.engine.together(() => {
      this.engine.run(
        `CREATE TABLE ${this.sqlName} (seq INTEGER PRIMARY KEY, _id UNIQUE NOT NULL, doc TEXT NOT NULL)`,
      )
      this.engine.run(
        `CREATE TABLE ${this.#elements} (seq INTEGER, field TEXT, value, PRIMARY KEY (field, value, seq)) WITHOUT ROWID`,
      )
      this.engine.run(
        `CREATE INDEX ${quoted(`${this.name}:elements:seq`)} ON ${this.#elements} (seq)`,
      )
      this.engine.run('INSERT INTO tako_collections VALUES (?, ?, ?)', this.name, '[]', '[]')
    })
    this.#exists = true
  }

  /** Forgets all. Inside a write. */
  drop(): void {
    if (!this.#exists) return
    this.engine.together(() => {
      this.engine.run(`DROP TABLE ${this.sqlName}`)
      this.engine.run(`DROP TABLE ${this.#elements}`)
      this.engine.run('DELETE FROM tako_collections WHERE name = ?', this.name)
    })
    this.#exists = false
    this.#indexes = []
    this.#compound = new Set()
    this.#derive()
  }

  /** Adds an index, and the columns it needs, for what is there already too. Inside a write. */
  addIndex(index: Index): void {
    this.create()
    const before = this.#indexes
    this.#indexes = [...before, index]
    try {
      this.engine.together(() => {
        for (const field of Object.keys(index.key)) this.#addColumn(fieldColumn(field))
        if (index.unique) this.#addColumn(uniqueColumn(index))
        this.#derive()
        const columns = Object.entries(index.key).map(
          ([field, direction]) => `${fieldColumn(field)} ${direction === -1 ? 'DESC' : 'ASC'}`,
        )
        this.engine.run(
          `CREATE INDEX ${quoted(`${this.name}:${index.name}`)} ON ${this.sqlName} (${columns})`,
        )
        if (index.unique) {
          this.engine.run(
            `CREATE UNIQUE INDEX ${quoted(`${this.name}:${index.name}:unique`)} ON ${this.sqlName} (${uniqueColumn(index)})`,
          )
        }
        // After the unique index is there: it refuses what is twice.
        this.#fill()
        this.#save()
      })
    } catch (error) {
      this.#indexes = before
      this.#derive()
      throw error
    }
  }

  /** Removes an index. Its columns stay: to rewrite a table costs more than they do. Inside a write. */
  removeIndex(index: Index): void {
    this.#indexes = this.#indexes.filter(({ name }) => name !== index.name)
    this.engine.together(() => {
      this.engine.run(`DROP INDEX ${quoted(`${this.name}:${index.name}`)}`)
      if (index.unique) {
        this.engine.run(`DROP INDEX ${quoted(`${this.name}:${index.name}:unique`)}`)
        this.engine.run(`UPDATE ${this.sqlName} SET ${uniqueColumn(index)} = NULL`)
      }
      this.#save()
    })
    this.#derive()
  }

  /** Inside a write, as all of the following. */
  insert(doc: Doc): Stored {
    this.create()
    const whole = doc._id === undefined ? { _id: new ObjectId(), ...doc } : doc
    const text = encode(whole)
    const stored = decode(text)
    const columns = this.#columnsFor(stored)
    this.#guarded(stored, () =>
      this.engine.run(this.#insert, idOf(stored), text, ...columns.values()),
    )
    const seq = Number(this.engine.get('SELECT last_insert_rowid() AS seq')?.seq)
    this.#addElements(seq, this.#elementsOf(stored))
    return { seq, text, doc: stored }
  }

  /**
   * Stores a document in place of itself, after `change` has changed it, and answers with what is
   * stored. The document that it is given is not good any more.
   */
  change(before: Stored, change: (doc: Doc) => Doc): Stored {
    const columnsBefore = this.#columnsFor(before.doc)
    const elementsBefore = this.#elementsOf(before.doc)
    const text = encode(change(before.doc))
    if (text === before.text) return { ...before, doc: decode(text) }
    const doc = decode(text)
    const changed = [...this.#columnsFor(doc)].filter(
      ([column, value]) => columnsBefore.get(column) !== value,
    )
    // Columns that are not named here keep SQLite from touching their indexes.
    const assignments = ['doc = ?', ...changed.map(([column]) => `${column} = ?`)]
    const values = changed.map(([, value]) => value)
    this.#guarded(doc, () =>
      this.engine.run(
        `UPDATE ${this.sqlName} SET ${assignments} WHERE seq = ?`,
        text,
        ...values,
        before.seq,
      ),
    )
    const elements = this.#elementsOf(doc)
    if (JSON.stringify(elements) !== JSON.stringify(elementsBefore)) {
      this.#removeElements(before.seq)
      this.#addElements(before.seq, elements)
    }
    return { seq: before.seq, text, doc }
  }

  remove(seq: number): void {
    this.engine.run(`DELETE FROM ${this.sqlName} WHERE seq = ?`, seq)
    if (this.#compound.size > 0) this.#removeElements(seq)
  }

  /** What is inside the arrays of the indexed fields: pairs of field and scalar. */
  #elementsOf(doc: Doc): [string, Scalar][] {
    return [...this.#compound]
      .filter((field) => this.#columns.has(field) && scalarOf(valueAt(doc, field)) === undefined)
      .flatMap((field) => scalarsAt(doc, field).map((scalar): [string, Scalar] => [field, scalar]))
  }

  #addElements(seq: number, elements: [string, Scalar][]) {
    for (const [field, value] of elements) {
      this.engine.run(`INSERT OR IGNORE INTO ${this.#elements} VALUES (?, ?, ?)`, seq, field, value)
    }
  }

  #removeElements(seq: number) {
    this.engine.run(`DELETE FROM ${this.#elements} WHERE seq = ?`, seq)
  }

  /** The value of each column for a document. */
  #columnsFor(doc: Doc): Map<string, Scalar> {
    const values = new Map<string, Scalar>()
    for (const [field, column] of this.#columns) {
      const scalar = scalarOf(valueAt(doc, field))
      if (scalar === undefined) this.#markCompound(field)
      values.set(column, scalar ?? null)
    }
    for (const index of this.#indexes) {
      if (index.unique) values.set(uniqueColumn(index), keyOf(index, doc))
    }
    return values
  }

  #markCompound(field: string) {
    if (this.#compound.has(field)) return
    this.#compound.add(field)
    this.#save()
  }

  #guarded(doc: Doc, write: () => void) {
    try {
      write()
    } catch (error) {
      if (!isDuplicate(error)) throw error
      throw toDuplicateKeyError(error, { collection: this.name, indexes: this.#indexes, doc })
    }
  }

  #addColumn(column: string) {
    const exists = this.engine
      .all(`PRAGMA table_info(${this.sqlName})`)
      .some(({ name }) => quoted(String(name)) === column)
    // Without a type, so that SQLite changes no value that it is given.
    if (!exists) this.engine.run(`ALTER TABLE ${this.sqlName} ADD COLUMN ${column}`)
  }

  /** Gives the rows that are there already the values of new columns. */
  #fill() {
    const next = `SELECT seq, doc FROM ${this.sqlName} WHERE seq > ? ORDER BY seq LIMIT ${FILLED_AT_ONCE}`
    for (let last = 0; ; ) {
      const rows = this.engine.all(next, last)
      for (const { seq, doc: text } of rows) {
        const doc = decode(String(text))
        const columns = this.#columnsFor(doc)
        const assignments = [...columns.keys()].map((column) => `${column} = ?`)
        this.#guarded(doc, () =>
          this.engine.run(
            `UPDATE ${this.sqlName} SET ${assignments} WHERE seq = ?`,
            ...columns.values(),
            seq,
          ),
        )
        last = Number(seq)
        this.#removeElements(last)
        this.#addElements(last, this.#elementsOf(doc))
      }
      if (rows.length < FILLED_AT_ONCE) return
    }
  }

  #save() {
    this.engine.run(
      'UPDATE tako_collections SET indexes = ?, compound = ? WHERE name = ?',
      JSON.stringify(this.#indexes),
      JSON.stringify([...this.#compound]),
      this.name,
    )
  }

  /** What follows from the indexes. */
  #derive() {
    const fields = new Set(this.#indexes.flatMap(({ key }) => Object.keys(key)))
    fields.delete('_id')
    this.#columns = new Map([...fields].map((field) => [field, fieldColumn(field)]))
    const unique = this.#indexes.filter((index) => index.unique).map(uniqueColumn)
    const columns = ['_id', 'doc', ...this.#columns.values(), ...unique]
    this.#insert = `INSERT INTO ${this.sqlName} (${columns}) VALUES (${columns.map(() => '?')})`
  }
}

/** An `_id` as its column holds it. */
function idOf({ _id }: Doc): Scalar {
  const id = scalarOf(_id)
  if (id === undefined || id === null) throw new TypeError('An _id must be a text.')
  return id
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const fieldColumn = (field: string) => (field === '_id' ? '_id' : quoted(`f:${field}`))
const uniqueColumn = ({ name }: Index) => quoted(`u:${name}`)
