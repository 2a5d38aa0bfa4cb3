import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4096

/** What processes hold in memory together, in MB: Linux tells. */
export const memoryOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20

const residentBytes = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES

/** The children of a process: of a server, its worker. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text.trim() !== '')
    .map(Number)

/** The most that the processes hold while `work` goes on, in MB, and what it answers. */
export async function peakMemory<T>(pids: readonly number[], work: () => Promise<T>) {
  let peak = memoryOf(pids)
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOf(pids))
  }, 20)
  try {
    const result = await work()
    return { result, peak }
  } finally {
    clearInterval(timer)
  }
}
