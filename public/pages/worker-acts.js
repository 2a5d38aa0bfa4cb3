import { html, nothing } from 'lit'
import { ask } from '../components/tako-ask.js'
import { isOurs, isWaiting } from '../components/worker-look.js'
import { counted } from '../format.js'

/**
 * @typedef {import('../components/worker-look.js').Worker} Worker
 * @typedef {object} Calls what the acts need of their page
 * @property {{ put: (path: string, body: unknown) => Promise<any>, post: (path: string, body: unknown) => Promise<any>, delete: (path: string) => Promise<any> }} api of the space
 * @property {(act: () => Promise<unknown>) => Promise<boolean>} attempt
 * @property {string} refusal why nothing may be changed, or ''
 */

/**
 * What an operator may do with a worker, for the menu of its row or its page.
 * @param {Worker} worker
 * @param {Calls & { edit: () => void, attemptRemoval?: Calls['attempt'] }} calls `attemptRemoval` where what is left
 *   behind has to be left
 */
export function actsOf(worker, { api, attempt, refusal, edit, attemptRemoval = attempt }) {
  const { Id, IsDisabled, IsDraining } = worker
  const disable = () => attempt(() => api.put(`/workers/${Id}`, { ...worker, IsDisabled: true }))
  return [
    { name: 'Edit…', act: edit, refusal },
    isOurs(worker) && !IsDisabled
      ? {
          name: IsDraining ? 'Stop draining' : 'Drain',
          act: () => void drain(worker, { api, attempt }),
          refusal,
        }
      : null,
    IsDisabled
      ? { name: 'Enable', act: () => void enable(worker, { api, attempt }), refusal }
      : { name: 'Disable', act: () => void disable(), refusal },
    {
      name: 'Remove…',
      act: () => void remove(worker, { api, attempt: attemptRemoval }),
      refusal,
      isDanger: true,
    },
  ]
}

/** @param {Worker} worker @param {Pick<Calls, 'api' | 'attempt'>} calls */
export const drain = ({ Id, IsDraining }, { api, attempt }) =>
  attempt(() => api.post(`/workers/${Id}/drain`, { IsDraining: !IsDraining }))

/** @param {Worker} worker @param {Pick<Calls, 'api' | 'attempt'>} calls */
export const enable = (worker, { api, attempt }) =>
  attempt(() => api.put(`/workers/${worker.Id}`, { ...worker, IsDisabled: false }))

/** @param {Worker} worker @param {Pick<Calls, 'api' | 'attempt'>} calls */
export async function remove(worker, { api, attempt }) {
  const { Id, Name } = worker
  const title = isWaiting(worker) ? `Refuse ${Name}?` : `Remove ${Name}?`
  const verb = isWaiting(worker) ? `Refuse ${Name}` : `Remove ${Name}`
  const isSure = await ask({ title, text: meaningOf(worker), verb, isDanger: true })
  if (isSure) await attempt(() => api.delete(`/workers/${Id}`))
}

/** What goes with a worker, and what stays. @param {Worker} worker */
function meaningOf(worker) {
  if (isWaiting(worker))
    return html`<p>It leaves the list and gets nothing. It may ask again: then it waits here as before.</p>`
  const { Name, RunningCount } = worker
  return html`
    <p>${Name} gets no more work and no secret from this moment on. To come back, it has to be approved again, or needs a new token.</p>
    ${RunningCount > 0 ? html`<p><b>${counted(RunningCount, 'script runs', 'scripts run')} there now</b>: nothing more is heard of them, and their steps fail. To let them end first, drain it.</p>` : nothing}
    <p>What it has done stays in the tasks and their logs.</p>`
}
