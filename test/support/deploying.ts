/** What the tests of deployments do again and again, by HTTP alone. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newProject, type Resource, type TestStep } from './project.ts'
import type { TestServer } from './server.ts'
import { makeSpace } from './things.ts'
import { until } from './until.ts'

export interface TestTask {
  Id: string
  State: string
  IsCompleted: boolean
  ErrorMessage: string
  HasWarningsOrErrors: boolean
  StartTime: string | null
  CompletedTime: string | null
  Arguments: Record<string, string>
}

export type TestProject = Awaited<ReturnType<typeof projectIn>>

/** A project with these steps, in a space of its own unless one is given. */
export async function projectIn(
  server: TestServer,
  { steps, environments, space }: { steps: TestStep[]; environments?: string[]; space?: string },
) {
  const spaceId = space ?? (await makeSpace(server.bus))
  const made = await newProject(server.ask, {
    steps,
    space: spaceId,
    ...(environments && { environments }),
  })
  const path = `/${spaceId}`

  return {
    ...made,
    spaceId,

    /** Puts these variables in place of those that there are. */
    async setVariables(...Variables: object[]) {
      const variables = `${path}/projects/${made.project.Id}/variables`
      await server.ask('PUT', variables, { ...(await server.ask('GET', variables)), Variables })
    },

    /** Deploys, and waits for the end. */
    async run(about: Parameters<typeof made.deploy>[0] = {}) {
      const { taskId, release, deployment } = await made.deploy(about)
      const task = await ended(server, taskId)
      return { task, release, deployment, log: await logOf(server, taskId) }
    },
  }
}

/** The task, as soon as it has ended. */
export const ended = (server: TestServer, taskId: string, timeoutMs?: number): Promise<TestTask> =>
  until(
    async () => {
      const task = await server.ask<TestTask>('GET', `/tasks/${taskId}`)
      return task.IsCompleted && task
    },
    `the task ${taskId} ends`,
    timeoutMs,
  )

/** Resolves when the log of a task holds a text. */
export const says = (server: TestServer, taskId: string, text: string) =>
  until(async () => (await logOf(server, taskId)).includes(text), `the log says '${text}'`)

export async function logOf(server: TestServer, taskId: string): Promise<string> {
  const response = await server.send('GET', `/tasks/${taskId}/raw`)
  return response.text()
}

/** Steps with how they have ended: 'Step 1: Build: Success'. */
export async function stepsOf(server: TestServer, taskId: string): Promise<string[]> {
  const { ActivityLogs } = await server.ask<{
    ActivityLogs: { Children: { Name: string; Status: string }[] }[]
  }>('GET', `/tasks/${taskId}/details`)
  return (ActivityLogs[0]?.Children ?? []).map(({ Name, Status }) => `${Name}: ${Status}`)
}

/** What a request is refused with: the status, and all sentences in one text. */
export async function refusedWith(response: Promise<Response>) {
  const answer = await response
  // Each refusal has this form.
  const { ErrorMessage, Errors } = (await answer.json()) as {
    ErrorMessage: string
    Errors?: string[]
  }
  return { status: answer.status, text: [ErrorMessage, ...(Errors ?? [])].join(' ') }
}

/** Files by which scripts and tests wait for each other. */
export function meetingPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'tako-meeting-'))
  const file = (name: string) => join(folder, name)
  return {
    /** A line of bash that says that it got here. */
    arrive: (name: string) => `touch "${file(name)}"`,
    /** A line of bash that waits until the test, or another script, has gone there, or all is over. */
    hold: (name: string) =>
      `while [ -d "${folder}" ] && [ ! -e "${file(name)}" ]; do sleep 0.02; done`,
    /** A bash condition that holds for the first who asks. */
    isFirst: (name: string) => `mkdir "${file(name)}" 2> /dev/null`,
    go: (name: string) => writeFileSync(file(name), ''),
    /** Whoever holds there from now on waits again. */
    close: (name: string) => rmSync(file(name)),
    hasArrived: (name: string) => existsSync(file(name)),
    arrival: (name: string) => until(() => existsSync(file(name)), `a script gets to '${name}'`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const idsOf = (resources: Resource[]): string[] => resources.map(({ Id }) => Id)
