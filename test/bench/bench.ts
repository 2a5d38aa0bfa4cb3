/** `node test/bench/bench.ts [name…] [--smoke]`: measures, and prints what comes out. */
import { bundle } from './bundle.ts'
import { dashboard } from './dashboard.ts'
import { deployments } from './deployments.ts'
import { idleWorkers } from './idle-workers.ts'
import { latency } from './latency.ts'
import type { Figure, Measurement, Size } from './measurement.ts'
import { output } from './output.ts'
import { remote } from './remote.ts'
import { writeReport } from './report.ts'
import { requests } from './requests.ts'
import { start } from './start.ts'
import { tableOf } from './table.ts'
import { workers } from './workers.ts'

const measurements: Measurement[] = [
  ...[deployments, latency, output, requests, dashboard, start],
  ...[workers, remote, idleWorkers, bundle],
]

const args = process.argv.slice(2)
const size: Size = args.includes('--smoke') ? 'smoke' : 'full'
const wanted = args.filter((arg) => !arg.startsWith('--'))
const unknown = wanted.filter((name) => !measurements.some((one) => one.name === name))
if (unknown.length > 0) {
  const names = measurements.map(({ name }) => name).join(', ')
  process.stderr.write(`There is no measurement '${unknown[0]}'. There are: ${names}.\n`)
  process.exit(1)
}

const results: { measurement: Measurement; figures: Figure[] }[] = []
for (const measurement of measurements) {
  if (wanted.length > 0 && !wanted.includes(measurement.name)) continue
  process.stderr.write(`Measures ${measurement.name} …\n`)
  results.push({ measurement, figures: await measurement.measure(size) })
}
process.stdout.write(`${tableOf(results.flatMap(({ figures }) => figures))}\n`)
// A page of some figures, or of tiny ones, would say nothing.
if (size === 'full' && wanted.length === 0) writeReport(results)
