import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Starts a module of `processes/` in a process of its own, with a message that says what to do. */
export function startChild(name: string, task: object, env: Record<string, string> = {}) {
  const child = fork(join(import.meta.dirname, 'processes', `${name}.ts`), {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  })
  child.send(task)
  return child
}

/** What a child says next. Fails when it ends without a word. */
export async function answerOf<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A process of the bench ended with ${code}.`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  return message as T // Each process of ours says what its caller knows it says.
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill()
  await gone
}

/** Runs one to its end and answers with its one message. */
export async function runChild<T>(name: string, task: object, env?: Record<string, string>) {
  const child = startChild(name, task, env)
  try {
    return await answerOf<T>(child)
  } finally {
    await endChild(child)
  }
}
