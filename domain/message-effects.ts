import type { Letter } from './log-line.ts'

/** The two streams of a script. */
export type Stream = 'out' | 'err'

/** The category of the lines that a stream prints; null hides them. */
export type Levels = Record<Stream, Letter | null>

/** What each stream is before a script says otherwise: standard error alone fails no step. */
export const defaultLevels: Levels = { out: 'i', err: 'e' }

/** What follows from a message. */
export type Effect =
  | { kind: 'level'; stream: Stream; letter: Letter | null }
  /** The worker has something to do. */
  | { kind: 'tell' }
  /** Telemetry: nothing follows from it. */
  | { kind: 'drop' }
  | { kind: 'note'; letter: Letter; text: string }

const levels: Record<string, Effect> = {
  'stdout-ignore': { kind: 'level', stream: 'out', letter: null },
  'stdout-error': { kind: 'level', stream: 'out', letter: 'e' },
  'stdout-warning': { kind: 'level', stream: 'out', letter: 'w' },
  'stdout-verbose': { kind: 'level', stream: 'out', letter: 'v' },
  'stdout-highlight': { kind: 'level', stream: 'out', letter: 'h' },
  'stdout-wait': { kind: 'level', stream: 'out', letter: 'a' },
  'stdout-default': { kind: 'level', stream: 'out', letter: defaultLevels.out },
  'stderr-ignore': { kind: 'level', stream: 'err', letter: null },
  'stderr-progress': { kind: 'level', stream: 'err', letter: 'v' },
  'stderr-error': { kind: 'level', stream: 'err', letter: 'e' },
  'stderr-default': { kind: 'level', stream: 'err', letter: defaultLevels.err },
}

const told = new Set(['setvariable', 'createartifact', 'progress', 'resultmessage', 'mask'])

const dropped = new Set([
  'foundpackage',
  'calamari-found-package',
  'deltaverification',
  'k8s-status',
  'calamari-script-isolation-alert',
  'claude-code-usage',
  'claude-code-transcript',
  'calamari-timed-operation',
  'calamari-deployment-metric',
])

const changing =
  /^(create-|createstep|delete-target|set-environmentstate|k8s-manifest|pull-request|argocd-)/

/** What follows from a message of this name, in any case. */
export function effectOf(name: string): Effect {
  const folded = name.toLowerCase()
  if (told.has(folded)) return { kind: 'tell' }
  if (dropped.has(folded)) return { kind: 'drop' }
  const level = Object.hasOwn(levels, folded) && levels[folded]
  if (level) return level
  // A script that relies on it must not look as if all had gone well.
  const letter = changing.test(folded) ? 'w' : 'v'
  return {
    kind: 'note',
    letter,
    text: `The service message '${name}' had no effect: Tako does not know it.`,
  }
}
