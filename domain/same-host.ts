/** Whether an address is at one of these hosts, each as a `Host` header has it: with a port, unless it is the usual one. */
export function isAtHost(address: string, hosts: readonly string[]): boolean {
  const url = URL.canParse(address) ? new URL(address) : null
  if (!url || !/^https?:$/.test(url.protocol)) return false
  return hosts.some((host) => {
    const same = `${url.protocol}//${host}`
    return URL.canParse(same) && new URL(same).host === url.host
  })
}
