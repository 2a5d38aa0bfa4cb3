import { writeSync } from 'node:fs'
import { encodeMessage } from '#domain/service-messages.ts'

/** Whole lines in one write, so that no other process comes between. */
const print = (text: string) => {
  writeSync(1, text)
}

/** What the driver says in the log of its run: as scripts do, by lines and service messages. */
export const say = {
  info: (text: string) => print(`${text}\n`),
  verbose: (text: string) => print(at('verbose', text)),
  warning: (text: string) => print(at('warning', text)),

  /** Why the run fails: the sentence that its step shows. */
  failure(text: string) {
    print(`${encodeMessage('resultMessage', { message: text })}\n`)
    print(at('error', text))
  },

  output: (name: string, value: string) =>
    print(`${encodeMessage('setVariable', { name, value })}\n`),

  /** Whatever a script has set, what comes now is plain again. */
  plainLevels: () => print('##octopus[stdout-default]\n##octopus[stderr-default]\n'),
}

const at = (level: string, text: string) =>
  `##octopus[stdout-${level}]\n${text}\n##octopus[stdout-default]\n`
