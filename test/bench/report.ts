import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Figure, Measurement } from './measurement.ts'
import { tableOf } from './table.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/performance.md')

/** Writes the page of figures, with all that one needs to compare them with others. */
export function writeReport(results: { measurement: Measurement; figures: Figure[] }[]): void {
  const chapters = results.map(
    ({ measurement, figures }) =>
      `## ${headingOf(measurement)}\n\n${measurement.about}\n\n${tableOf(figures)}\n`,
  )
  writeFileSync(page, `${head()}\n${chapters.join('\n')}`)
}

const headingOf = ({ name }: Measurement) =>
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ')

const head = () => `# Performance

Written by \`npm run bench\`; do not edit it. Every server is a process of its own, started as \`npm start\`
does, with the embedded store and the built-in worker, on the same machine as what loads it. The ratio is
that of a figure to what stands beside it, else to its bound.

- Date: ${new Date().toISOString().slice(0, 10)}
- Commit: ${commit()}
- Machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB of memory
- Node: ${process.version}
`

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    const isChanged = git('status', '--porcelain') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ', with changes' : ''}`
  } catch {
    // No repository, or one that is empty: the figures are none the worse.
    return 'none'
  }
}
