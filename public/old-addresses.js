/**
 * The addresses that clients print (`Links.Web`) and where the pages are here. `$1` is the space's id or slug.
 * @type {[RegExp, string][]}
 */
const PLACES = [
  [/^\/?$/, '/'],
  [/^\/configuration\/tasks\/([^/?]+)/, '/configuration/tasks/$1'],
  [/^\/configuration\/([^/?]+)/, '/configuration/$1'],
  [/^\/users\/sign-in/, '/sign-in'],
  [/^\/([^/]+)\/?$/, '/$1'],
  [/^\/([^/]+)\/tasks\/([^/?]+)/, '/$1/tasks/$2'],
  [/^\/([^/]+)\/tasks/, '/$1/tasks'],
  [
    /^\/([^/]+)\/projects\/([^/]+)\/deployments\/releases\/([^/?]+)\/deployments\/[^?]*/,
    '/$1/projects/$2/releases/$3',
  ],
  [/^\/([^/]+)\/projects\/([^/]+)\/deployments\/releases\/create/, '/$1/projects/$2/releases/new'],
  [/^\/([^/]+)\/projects\/([^/]+)\/deployments\/releases\/([^/?]+)/, '/$1/projects/$2/releases/$3'],
  [/^\/([^/]+)\/projects\/([^/]+)\/deployments\/releases/, '/$1/projects/$2/releases'],
  [/^\/([^/]+)\/projects\/([^/]+)\/(?:deployments\/)?process/, '/$1/projects/$2/process'],
  [/^\/([^/]+)\/projects\/([^/]+)\/(?:variables|settings|channels)/, '/$1/projects/$2'],
  [/^\/([^/]+)\/projects\/([^/?]+)/, '/$1/projects/$2'],
  [/^\/([^/]+)\/projects/, '/$1/projects'],
  [/^\/([^/]+)\/(releases|deployments)\/([^/?]+)/, '/$1/$2/$3'],
  [/^\/([^/]+)\/infrastructure\/environments/, '/$1/infrastructure/environments'],
  [/^\/([^/]+)\/infrastructure\/(?:workers|workerpools)/, '/$1/infrastructure/workers'],
  [/^\/([^/]+)\/library\/lifecycles\/([^/?]+)/, '/$1/library/lifecycles/$2'],
  [/^\/([^/]+)\/library\/builtinrepository\/versions\/([^/?]+)/, '/$1/library/packages/$2'],
  [/^\/([^/]+)\/library\/(?:builtinrepository|packages)/, '/$1/library/packages'],
  [/^\/([^/]+)\/library/, '/$1/library/lifecycles'],
  [/^\/([^/]+)\//, '/$1'],
]

/**
 * The page that an old address means, or undefined when it is none: `/app#/Spaces-1/tasks/ServerTasks-1` →
 * `/Spaces-1/tasks/ServerTasks-1`.
 * @param {string} path
 * @param {string} hash
 */
export function pageOfOldAddress(path, hash) {
  if (!/^\/app\/?$/i.test(path)) return undefined
  const place = hash.replace(/^#/, '')
  for (const [pattern, page] of PLACES) {
    const found = pattern.exec(place)
    if (found) return page.replace(/\$(\d)/g, (_, at) => found[Number(at)] ?? '')
  }
  return '/'
}
