import type { RunResult, RunSpec } from '#bus/orders.ts'
import { artifactsLack } from '#domain/run-limits.ts'
import { type Artifact, uploadArtifacts } from './packages/artifacts.ts'
import { reasonOf } from './packages/persist.ts'
import { serverOf } from './packages/server-request.ts'
import type { WorkerSettings } from './settings.ts'

/** A server that is away for longer will hardly come in time. */
const patience = { mostMs: 120_000, firstDelayMs: 500 }

interface Bringing {
  runId: string
  spec: RunSpec
  settings: WorkerSettings
  /** Nobody wants them any more. */
  signal: AbortSignal
}

/** Brings the files that a run has named to its server. What is not there then is said with its reason. */
export async function bringArtifacts(
  { runId, spec, settings, signal }: Bringing,
  artifacts: Artifact[],
): Promise<RunResult['artifacts']> {
  if (artifacts.length === 0) return []
  const { serverUrl, certificate, allowsPlainHttp: allowPlainHttp } = settings
  try {
    const server = serverOf(spec.files, { server: serverUrl, certificate, allowPlainHttp })
    return await uploadArtifacts(artifacts, { runId, server, patience, signal })
  } catch (error) {
    return artifacts.map((artifact) => ({ ...artifact, error: reasonOf(error) }))
  }
}

/** Lines for the log of the run, as a script would print them; `tooMany` files were not even tried. */
export const warningLines = (results: RunResult['artifacts'], tooMany: number): string =>
  [...results.flatMap(({ error }) => error ?? []), ...(tooMany > 0 ? [artifactsLack(tooMany)] : [])]
    .map((error) => `##octopus[stdout-warning]\n${error}\n##octopus[stdout-default]\n`)
    .join('')
