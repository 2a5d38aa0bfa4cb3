/**
 * The program that takes the place of a script's shell when its run has packages: it fetches and unpacks
 * them, and runs the scripts. It belongs to the run, not to the worker, so it outlives it as any script does.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { takeJob } from './packages/job.ts'
import { findProgram } from './shells.ts'

// What comes after it starts in a third of the time.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/tako'))
const { drive } = await import('./packages/drive.ts')

const [, , file = ''] = process.argv
const job = takeJob(file)
process.exitCode = await drive(job, { has: (name) => findProgram(name, job.path) !== null })
