type Environment = Record<string, string>

/** All that a script gets of the environment of the server: nothing else can be no secret. */
const allowed = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ)$/

/** What a worker, and so its scripts, may have of an environment. */
export function allowedEnvironment(environment: Record<string, string | undefined>): Environment {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && allowed.test(entry[0]),
  )
  const result: Environment = { LANG: 'C.UTF-8', ...Object.fromEntries(entries) }
  return { ...result, PATH: withoutPackages(result.PATH ?? '/usr/local/bin:/usr/bin:/bin') }
}

/** `npm start` puts the programs of our own packages before all others. */
function withoutPackages(path: string): string {
  const ours = /\/node_modules\/|\/node-gyp-bin$/
  return path
    .split(':')
    .filter((folder) => !ours.test(folder))
    .join(':')
}
