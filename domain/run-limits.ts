/** How much one run may say of itself beside its lines: a script may say it without end. */

/** Output variables of a run, and of names and values together so many bytes. */
export const MOST_OUTPUTS = 1_000
export const MOST_OUTPUT_BYTES = 1024 ** 2
/** Of all runs of a task so many bytes: they stand in one document. */
export const MOST_TASK_OUTPUT_BYTES = 6 * 1024 ** 2
export const MOST_ARTIFACTS = 500
/** The longest path or name of an artifact, in characters. */
export const LONGEST_PATH = 4_096
/** The longest text of a progress, and of why a run has failed, in characters. */
export const LONGEST_PROGRESS = 1_000
export const LONGEST_REASON = 10_000
/** Progress is told no more often than this, in ms; what comes between gives way to the last. */
export const PROGRESS_EACH_MS = 250

/** What an output variable counts, in bytes. */
export const outputBytes = ({ name, value }: { name: string; value: string }): number =>
  Buffer.byteLength(name) + Buffer.byteLength(value)

/** Why a run fails that has set this variable, which had no room any more. */
export const outputsLack = (name: string): string =>
  `The output variable '${name.slice(0, 200)}' has no room: a script sets at most ${MOST_OUTPUTS.toLocaleString('en')} of them, with ${MOST_OUTPUT_BYTES / 1024 ** 2} MB of text in all. Hand over large data as a file.`

/** Why a task's unit fails whose output variables have no room beside those of the others. */
export const TASK_OUTPUTS_LACK = `The output variables of its step have no room: those of one deployment are at most ${MOST_TASK_OUTPUT_BYTES / 1024 ** 2} MB of text in all. Hand over large data as a file.`

/** Why `count` of the files that a script has named are no artifacts. */
export const artifactsLack = (count: number): string =>
  `${count} more files were named as artifacts and not kept: a script leaves at most ${MOST_ARTIFACTS}, with paths of at most ${LONGEST_PATH.toLocaleString('en')} characters.`
