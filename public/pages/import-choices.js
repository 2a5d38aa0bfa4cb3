/** @typedef {import('../components/import-names.js').Choices} Choices */

/**
 * What names of a release can mean in a space, as far as the person may view it.
 * @param {{ get: (path: string, signal?: AbortSignal) => Promise<any> }} inSpace the calls of the space
 * @param {(permission: string) => boolean} mayView
 * @param {AbortSignal} signal
 * @returns {Promise<Choices>}
 */
export async function choicesIn(inSpace, mayView, signal) {
  const all = (/** @type {string} */ path, /** @type {string} */ permission) =>
    mayView(permission) ? inSpace.get(path, signal) : []
  const [Environment, WorkerPool, Feed, Team, lifecycles, groups] = await Promise.all([
    all('/environments/all', 'EnvironmentView'),
    all('/workerpools/all', 'WorkerView'),
    all('/feeds/all', 'FeedView'),
    // Whoever is in a space sees its teams.
    inSpace.get('/teams/all', signal),
    all('/lifecycles/all', 'LifecycleView'),
    all('/projectgroups/all', 'ProjectGroupView'),
  ])
  return { Environment, WorkerPool, Feed, Team, lifecycles, groups }
}
