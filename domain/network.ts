/**
 * Whom an address stands for when tries are counted: of IPv6, a household has a network of 64 bits, its
 * first four groups.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const first = head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const between = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  return [...first, ...Array<string>(between).fill('0'), ...last].slice(0, 4).join(':')
}
