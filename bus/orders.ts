/**
 * What the server and its workers write to each other, inside sealed or signed texts
 * (`bus/messages.ts`). Nothing of it is ever on the bus in the clear, but `Alive`, which has no secret.
 *
 * An order carries a fresh `ask`, which its answer repeats: an answer to another question, or an old
 * one sent again, is none. It carries the worker's `epoch`, which grows with each start and each hour
 * of the worker: an order of an older epoch is refused, and within an epoch a worker knows each run
 * that it has had, so no order starts anything twice. It names the `instance` that it is for: where a
 * worker's folder was copied to another machine, one of the two obeys. No clock has a part in this.
 */

/** The syntaxes of inline scripts, as the API spells them. */
export type Syntax = 'Bash' | 'Python' | 'PowerShell' | 'CSharp' | 'FSharp'

/** A package that a run needs, as the release has frozen it. */
export interface RunPackage {
  /** The name of the reference; '' is the primary package of its step. */
  name: string
  packageId: string
  version: string
  /** With its dot: '.zip', '.tar.gz'. */
  fileExtension: string
  /** Bytes. */
  size: number
  /** Hexadecimal SHA-256 of the file: what arrives must have it. */
  sha256: string
  /** Whether it is unpacked before the script runs. */
  extract: boolean
}

/** From where a run fetches its packages, and to where it brings its artifacts. */
export interface RunFiles {
  /** For this run alone, and only while it runs. */
  token: string
  /** Of the server, such as 'https://tako.example.com'; null: the address that the worker has joined by. */
  url: string | null
  /** Hexadecimal SHA-256 of the certificate that the server must show; null: one that the machine trusts. */
  certificate: string | null
}

/** How a package is deployed, after it is unpacked: the features of a package step. */
export interface PackageDeployment {
  /** File patterns below the package's folder in which `#{…}` is replaced. */
  substituteIn: string[]
  /** File patterns of JSON and YAML files whose values are replaced by variables of the same path. */
  structuredIn: string[]
  /** Whether scripts named PreDeploy, Deploy, PostDeploy, DeployFailed in the package are run. */
  runScripts: boolean
  /** Scripts that the step brings itself, by stage. */
  scripts: { stage: 'PreDeploy' | 'Deploy' | 'PostDeploy'; syntax: Syntax; body: string }[]
  /** Where the files are copied to, absolute; null: they stay where they were unpacked. */
  customDirectory: string | null
  /** Whether that folder is emptied before. */
  purge: boolean
}

/** What a run is to do. It holds secrets. */
export interface RunSpec {
  syntax: Syntax
  /** The script with its expressions already replaced; '' where a package step brings none. */
  body: string
  /** The script is this file of an unpacked package instead of `body`. */
  scriptFile: { package: string; path: string } | null
  /** As typed after expansion: appended to the command line. */
  parameters: string
  /** Everything that the script may read, sensitive values too. */
  variables: Record<string, string>
  /** Texts to be masked in all that the run prints. */
  secrets: string[]
  /** Standard error fails the step (`Octopus.Action.FailScriptOnErrorOutput`). */
  failOnErrorOutput: boolean
  /** The run is ended after so long; 0 is no limit. */
  timeoutMs: number
  packages: RunPackage[]
  /** For a step that deploys its primary package; null for a script. */
  deployment: PackageDeployment | null
  files: RunFiles
}

export interface RunOutput {
  name: string
  value: string
  sensitive: boolean
}

/** How a run has ended; kept by the worker until it is told to forget it. */
export interface RunResult {
  runId: string
  /** `lost`: the worker found what is left of a run that a crash has ended. */
  outcome: 'succeeded' | 'failed' | 'cancelled' | 'timedOut' | 'lost'
  /** null when the script was never started or never ended by itself. */
  exitCode: number | null
  /** A sentence for people, null on success. */
  error: string | null
  outputs: RunOutput[]
  /** Files that the script has named, by now at the server; `error` says why one is not. */
  artifacts: { path: string; name: string; error: string | null }[]
  warnings: number
  errors: number
  /** How many batches its log has: it is complete when the last is acknowledged, or comes as the `rest`. */
  batches: number
  /** Epoch ms by the worker's clock. */
  startedAt: number
  endedAt: number
}

/** What a worker can do, as it found out by trying. */
export interface WorkerReport {
  version: string
  operatingSystem: string
  architecture: string
  host: string
  /** Such as { name: 'bash', version: '5.2.15' }; `version` is null where it is not on the path. */
  shells: { name: string; version: string | null }[]
  slots: number
  running: string[]
  /** Bytes on the disk of the work folder. */
  freeDiskBytes: number
  /** Hexadecimal SHA-256 of the packages in its cache, at most 1,000, those used last first. */
  cached: string[]
}

/** Greater than any lease's. */
export const LAST_TERM = Number.MAX_SAFE_INTEGER

/** What may be asked of a worker. */
export type Wish =
  /**
   * Starts a run, or attaches to the one that `runId` names, and waits up to `waitMs` for its end.
   * Idempotent by `runId`. `spec` null only attaches, so an unknown run is then `lost`. The log goes
   * to the node `replyTo` from now on; `term` is that of its lease: a smaller one than the run has
   * been asked for by is refused. `LAST_TERM` is of who knows that nobody will ask for the run again.
   */
  | {
      do: 'run'
      runId: string
      spec: RunSpec | null
      waitMs: number
      replyTo: string
      term: number
    }
  /** Ends every process of a run, also those that left its group. Answers at once. `term` as above. */
  | { do: 'stop'; runId: string; term: number }
  /**
   * Their results have been journalled: the folders of these runs may go. Not while one runs, and not
   * that of one whose `term` is late.
   */
  | { do: 'forget'; runs: { runId: string; term: number }[] }
  | { do: 'describe' }
  /** It ends, and says why: another process works under its name. */
  | { do: 'leave'; reason: string }

export type Order = Wish & {
  /** Fresh for each order. */
  ask: string
  /** Whom it is for. */
  worker: string
  /** The worker's, as the server has heard it last; `describe` and `leave` need none. */
  epoch: number
  /** The process of the worker that it is for; null where none is known, which then tells its own. */
  instance: string | null
}

export interface Outcomes {
  run:
    | { state: 'running' }
    /**
     * `rest`: the end of its log where that is short and nobody has acknowledged it. Who takes the result
     * writes it to the log first; until the run is forgotten it comes with each answer.
     */
    | { state: 'ended'; result: RunResult; rest: LogPiece | null }
    /** It has nothing of the run, and will not have it by this order. */
    | { state: 'refused'; why: 'full' | 'disk' | 'draining' | 'again'; reason: string }
  stop: { found: boolean }
  /** Those that were there, and are not any more. */
  forget: { found: string[] }
  describe: WorkerReport
  leave: null
}

/**
 * `stale`: the order was of another epoch, and has changed nothing. `fault`: why the worker cannot do
 * it, in a sentence; an error that nobody has signed says nothing, since anybody may have said it.
 */
export type Answer<Do extends keyof Outcomes = keyof Outcomes> = {
  ask: string
  worker: string
} & Moment &
  ({ outcome: Outcomes[Do] } | { stale: true } | { fault: string })

/** When a worker has said something, by what it counts itself. */
export interface Moment {
  /** Of this process of it: no other has had it. */
  instance: string
  /** The worker's, then. */
  epoch: number
  /** Of its last `Alive` in this epoch. */
  beat: number
}

/** A batch of a run's log as a message of its own. */
export interface LogBatch extends LogPiece {
  worker: string
  runId: string
}

/** A piece of a run's log: whole lines in the format of `domain/log-line.ts`. */
export interface LogPiece {
  /** From 1, without a gap; a batch that comes again is acknowledged and ignored. */
  seq: number
  /** At most 256 KB. */
  text: string
  lines: number
  warnings: number
  errors: number
  /** Epoch ms of its first and last line, by the worker's clock. */
  from: number
  to: number
}

/**
 * What the server says to a batch. `kept`: it is in the log's file, under the lease's `term`; the
 * worker believes no smaller term than the last order's. `over`: nobody wants the rest of this run's log.
 * `again`: it was not taken now; also said so that no silence is waited for.
 */
export interface Ack {
  runId: string
  seq: number
  state: 'kept' | 'over' | 'again'
  term: number
}

/** What a run says beside its lines. */
export interface RunProgress {
  worker: string
  runId: string
  percentage: number
  message: string
}

/** A worker is there: signed, sent to every scheduler on connecting and then every 2 s. */
export interface Alive extends Moment {
  worker: string
  /** Of this process; epoch ms by its own clock. */
  startedAt: number
  slots: number
  running: string[]
  freeDiskBytes: number
  /** Grows when what is in the package cache changes: ask by `describe`. */
  cacheVersion: number
  /** Why it takes nothing new just now, in a sentence; null when it does. */
  refuses: string | null
  /** Runs that it has kept for a minute without being asked for them; at most 100. */
  unclaimed: string[]
}

/** What a scheduler signs of itself: who has no such name is none. */
export interface NodeProof {
  nodeID: string
}

/** What a worker signs to join: it has the keys that it shows. */
export interface JoinProof {
  fingerprint: string
  /** Hexadecimal SHA-256 of the registration token, '' without one. */
  token: string
  /** The address that it believes to join. */
  server: string
}
