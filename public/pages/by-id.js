import { api } from '../api.js'
import { navigate } from '../navigation.js'
import { LoadedPage } from './loaded-page.js'

/**
 * Where a release or a deployment is named by its id alone, as clients print them: leads on to the page of the
 * release, and to the task of the deployment.
 * @extends {LoadedPage<never>}
 */
class TakoPageById extends LoadedPage {
  /** @param {AbortSignal} signal @returns {Promise<never>} */
  async load(signal) {
    await navigate(await this.#placeOf(signal), { replace: true })
    // The other page takes the place of this one: there is nothing to show here.
    return new Promise(() => {})
  }

  /** @param {AbortSignal} signal */
  async #placeOf(signal) {
    const inSpace = api.space(this.space)
    const { release: releaseId, deployment: deploymentId } = this.params
    if (deploymentId) {
      const { TaskId } = await inSpace.get(`/deployments/${deploymentId}`, signal)
      return `/${this.space.Slug}/tasks/${TaskId}`
    }
    const { ProjectId, Version } = await inSpace.get(`/releases/${releaseId}`, signal)
    const { Slug } = await inSpace.get(`/projects/${ProjectId}`, signal)
    return `/${this.space.Slug}/projects/${Slug}/releases/${encodeURIComponent(Version)}`
  }
}

customElements.define('tako-page-by-id', TakoPageById)
