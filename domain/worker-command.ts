/** The line that makes a machine a worker, for people to copy. */

interface Joining {
  /** Of the server: 'https://tako.example.com'. */
  serverUrl: string
  /** Of the Redis that workers use. */
  redisUrl: string
  token: string
  /** What `git clone` takes; undefined: Tako is there already. */
  repository: string | undefined
}

/** A line for a shell. Where nobody has said what to clone, a comment before it says where to run it. */
export function workerCommand({ serverUrl, redisUrl, token, repository }: Joining): string {
  const run = `npm install && npm run worker -- --server ${quoted(serverUrl)} --redis ${quoted(redisUrl)} --token ${quoted(token)}`
  if (repository === undefined) return `# in a clone of Tako:\n${run}`
  return `git clone ${quoted(repository)} tako && cd tako && ${run}`
}

/** The address of a Redis without who may use it: for others than the server to fill in. */
export function withoutCredentials(redisUrl: string): string {
  const url = new URL(redisUrl)
  if (url.username === '' && url.password === '') return redisUrl
  return redisUrl.replace(/^(rediss?:\/\/)[^/]*@/, '$1<user>:<password>@')
}

/** A word of a POSIX shell: in quotes, unless it is plain. */
const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
