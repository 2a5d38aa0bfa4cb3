import { close, closeSync, fdatasync, openSync } from 'node:fs'

export interface Waiting {
  onDisk(): void
  failed(error: Error): void
}

/**
 * SQLite's log of writes, brought to the disk in a thread of its own: the event loop goes on
 * meanwhile, and what is committed in this time shares the next wait.
 */
export class WriteAheadLog {
  readonly #path: string
  /** Opened by the first wait: SQLite makes the file with its first write. */
  #file: number | undefined
  #waiting: Waiting[] = []
  #isSyncing = false
  #isClosed = false

  constructor(path: string) {
    this.#path = path
  }

  /** Tells when all that is committed by now is on the disk. */
  wait(waiting: Waiting[]): void {
    this.#waiting.push(...waiting)
    if (!this.#isSyncing) this.#sync()
  }

  /** For when SQLite has closed its database, and so brought all to the disk by itself. */
  close(): void {
    this.#isClosed = true
    for (const { onDisk } of this.#waiting.splice(0)) onDisk()
    if (this.#file !== undefined && !this.#isSyncing) closeSync(this.#file)
  }

  #sync() {
    const synced = this.#waiting.splice(0)
    this.#isSyncing = true
    this.#file ??= openSync(this.#path, 'r+')
    const file = this.#file
    fdatasync(file, (error) => {
      this.#isSyncing = false
      for (const { onDisk, failed } of synced) {
        if (error) failed(error)
        else onDisk()
      }
      if (this.#isClosed) close(file)
      else if (this.#waiting.length > 0) this.#sync()
    })
  }
}
