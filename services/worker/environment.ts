import { availableParallelism, hostname, release, totalmem, type } from 'node:os'

interface Place {
  environment: Record<string, string>
  worker: string
  workFolder: string
}

/** What the log says at verbose about where a script runs, line by line. */
export function environmentInformation({ environment, worker, workFolder }: Place): string[] {
  return [
    'Environment information:',
    `  Worker: ${worker}`,
    `  Operating system: ${type()} ${release()}`,
    `  User: ${environment.USER ?? environment.LOGNAME ?? ''}`,
    `  Host: ${hostname()}`,
    `  Processors: ${availableParallelism()}`,
    `  Memory: ${Math.round(totalmem() / 2 ** 20)} MiB`,
    `  Working folder: ${workFolder}`,
  ]
}
