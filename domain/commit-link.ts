/** How hosts of repositories address a commit below a repository. */
const hosts: [name: RegExp, path: string][] = [
  [/(^|\.)github\./i, '/commit/'],
  [/(^|\.)gitlab\./i, '/-/commit/'],
  [/(^|\.)bitbucket\./i, '/commits/'],
  [/(^|\.)(dev\.azure\.com|visualstudio\.com)$/i, '/commit/'],
]

/** Where a commit can be looked at; '' when its repository does not say. `vcsRoot`: 'https://github.com/acme/web.git'. */
export function commitLink(vcsRoot: string, commit: string): string {
  if (commit === '' || !URL.canParse(vcsRoot)) return ''
  const { protocol, host, hostname, pathname } = new URL(vcsRoot)
  const path = hosts.find(([name]) => name.test(hostname))?.[1]
  if (!/^https?:$/.test(protocol) || path === undefined) return ''
  const repository = pathname.replace(/\/$/, '').replace(/\.git$/, '')
  return `${protocol}//${host}${repository}${path}${encodeURIComponent(commit)}`
}
