/** Why a run does not fetch from an address; null when it does. A token goes over plain HTTP only within a machine. */
export function addressFault(address: string, allowPlainHttp: boolean): string | null {
  if (!URL.canParse(address)) return `'${address}' is no address of a server.`
  const { protocol, hostname } = new URL(address)
  if (protocol === 'https:') return null
  if (protocol !== 'http:') return `'${address}' is no HTTPS address.`
  if (allowPlainHttp || isLoopback(hostname)) return null
  return `Packages are not fetched from '${address}': it is not HTTPS. Start the worker with --allow-plain-http where the network is safe.`
}

/** Whether only this machine is at a name: 'localhost', '127.0.0.1', '[::1]'. */
export const isLoopback = (hostname: string): boolean =>
  /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?)$/i.test(hostname)

const longestName = 150

/** The name that an artifact is kept by: a plain file name, whatever its script calls it. */
export function artifactNameOf(name: string): string {
  const last = name.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are no part of a good name.
  const plain = last.replace(/[\0-\x1f\x7f:*?"<>|]/g, '_').trim()
  const short = Array.from(plain).slice(-longestName).join('')
  return /^\.*$/.test(short) ? 'artifact' : short
}

/** Where the bytes of an answer stand: from `start` of `total`; null when the header says neither. */
export function contentRangeOf(
  header: string | undefined,
): { start: number; total: number } | null {
  const found = /^bytes (\d+)-\d+\/(\d+)$/.exec(header ?? '')
  return found && { start: Number(found[1]), total: Number(found[2]) }
}
