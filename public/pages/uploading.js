import { ApiError } from '../api.js'

/**
 * @typedef {import('../components/tako-upload.js').Sending} Sending
 * @typedef {{ upload: (path: string, file: File, options: { onprogress: (share: number) => void, signal: AbortSignal }) => Promise<any> }} Calls
 */

/** A line of files that go to the server one after the other, and what is known of each. */
export class Uploads {
  /** @type {(Sending & { file: File })[]} */
  sendings = []
  #lastKey = 0
  #isSending = false
  /** @type {Map<number, AbortController>} */
  #stops = new Map()

  /**
   * @param {object} options
   * @param {Calls} options.api of the space
   * @param {() => void} options.changed called whenever something is known anew
   * @param {(mayOverwrite: boolean) => string} options.pathFor where a file is sent
   * @param {(answer: any) => unknown} options.arrived called with the answer when a file is there
   * @param {(answer: any) => string} options.hrefOf the page of what has been uploaded
   * @param {boolean} [options.mayReplace] whether the user may replace what is there
   */
  constructor(options) {
    this.options = options
  }

  get isBusy() {
    return this.#isSending
  }

  /** @param {File[]} files */
  add(files) {
    const added = files.map((file) => {
      this.#lastKey += 1
      return /** @type {const} */ ({
        key: this.#lastKey,
        name: file.name,
        bytes: file.size,
        share: 0,
        state: 'waiting',
        file,
      })
    })
    this.sendings = [...this.sendings, ...added]
    this.options.changed()
    void this.#next()
  }

  /** @param {number} key */
  stop(key) {
    this.#stops.get(key)?.abort()
    this.clear(key)
  }

  /** @param {number} key */
  clear(key) {
    this.sendings = this.sendings.filter((sending) => sending.key !== key)
    this.options.changed()
  }

  /** Sends a file again, over what is there. @param {number} key */
  async replace(key) {
    this.#set(key, { state: 'waiting', mayReplace: false, fault: '', share: 0 })
    this.#replacing.add(key)
    await this.#next()
  }
  /** @type {Set<number>} */
  #replacing = new Set()

  async #next() {
    if (this.#isSending) return
    const sending = this.sendings.find(({ state }) => state === 'waiting')
    if (!sending) return
    this.#isSending = true
    await this.#send(sending)
    this.#isSending = false
    this.options.changed()
    await this.#next()
  }

  /** @param {Sending & { file: File }} sending */
  async #send({ key, file }) {
    const { api, pathFor, arrived, hrefOf, mayReplace = false } = this.options
    const stop = new AbortController()
    this.#stops.set(key, stop)
    this.#set(key, { state: 'sending', share: 0 })
    try {
      const answer = await api.upload(pathFor(this.#replacing.has(key)), file, {
        onprogress: (share) => this.#set(key, { share }),
        signal: stop.signal,
      })
      this.#set(key, { state: 'done', share: 1, href: hrefOf(answer) })
      await arrived(answer)
    } catch (error) {
      if (stop.signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      const sentence = error.errors.join(' ') || error.message
      const fault = error.code ? `${error.code}: ${sentence}` : sentence
      this.#set(key, { state: 'failed', fault, mayReplace: mayReplace && error.status === 409 })
    } finally {
      this.#stops.delete(key)
    }
  }

  /** @param {number} key @param {Partial<Sending>} news */
  #set(key, news) {
    this.sendings = this.sendings.map((sending) =>
      sending.key === key ? { ...sending, ...news } : sending,
    )
    this.options.changed()
  }
}
