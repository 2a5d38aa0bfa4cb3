import { html } from 'lit'
import { areaField, boxes, checkbox, textField } from './form.js'
import { formDialog } from './form-dialog.js'

/**
 * @typedef {import('./worker-look.js').Worker} Worker
 * @typedef {import('./tako-pool.js').Pool} Pool
 * @typedef {{ isBusy: boolean, error: (Error & { errors?: string[] }) | undefined, onsend: () => void, onclosed: () => void }} Common
 */

/**
 * The form of a worker: its name and its pools.
 * @param {Worker} worker
 * @param {{ Id: string, Name: string }[]} pools
 * @param {Common & { onchange: (worker: Worker) => void }} options
 */
export const workerDialog = (worker, pools, { onchange, ...common }) =>
  formDialog(
    { ...common, title: 'Edit worker', verb: 'Save' },
    html`
      ${textField({ id: 'worker-name', label: 'Name', value: worker.Name, maxlength: 50, required: true, autofocus: true, oninput: (Name) => onchange({ ...worker, Name }) })}
      ${boxes({ legend: 'Worker pools', name: 'worker-pool', all: pools, chosen: worker.WorkerPoolIds, onchange: (WorkerPoolIds) => onchange({ ...worker, WorkerPoolIds }) })}`,
  )

/**
 * The form of a pool.
 * @param {Partial<Pool>} pool without an id while it is new
 * @param {Common & { isDefault: boolean, onchange: (pool: Partial<Pool>) => void }} options `isDefault`: it is the
 *   default pool already
 */
export const poolDialog = (pool, { isDefault, onchange, ...common }) =>
  formDialog(
    {
      ...common,
      title: pool.Id ? 'Edit pool' : 'Add pool',
      verb: pool.Id ? 'Save' : 'Add pool',
    },
    html`
      ${textField({ id: 'pool-name', label: 'Name', value: pool.Name ?? '', maxlength: 50, required: true, autofocus: true, placeholder: 'Database subnet', oninput: (Name) => onchange({ ...pool, Name }) })}
      ${areaField({ id: 'pool-description', label: 'Description', rows: 2, value: pool.Description ?? '', oninput: (Description) => onchange({ ...pool, Description }) })}
      ${checkbox({ id: 'pool-default', label: 'The default pool', help: isDefault ? 'A space has a default pool: make another one the default.' : 'Runs the steps that name no pool, in place of the one that does so now.', checked: Boolean(pool.IsDefault), disabled: isDefault, onchange: (IsDefault) => onchange({ ...pool, IsDefault }) })}`,
  )
