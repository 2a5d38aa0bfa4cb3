import { html, nothing } from 'lit'
import { icon } from './icons.js'

/**
 * @typedef {{ title: string, text: string, act: string, href: string, isDone: boolean }} Step
 */

/**
 * What a new space needs, in order; `have` says what is there already.
 * @param {string} base the space's address
 * @param {{ environments: number, project: string | undefined, hasProcess: boolean, release: string | undefined, isDeployed: boolean }} have slugs of the first project, version of the first release
 * @returns {Step[]}
 */
export function stepsOf(base, { environments, project, hasProcess, release, isDeployed }) {
  const home = project ? `${base}/projects/${project}` : `${base}/projects`
  return [
    {
      title: 'Add environments',
      text: 'The places that software goes to, in order: Development, Test, Production.',
      act: 'Add environments',
      href: `${base}/infrastructure/environments?add=1`,
      isDone: environments > 0,
    },
    {
      title: 'Add a project',
      text: 'A project says how one piece of software is deployed.',
      act: 'Add project',
      href: `${base}/projects?add=1`,
      isDone: Boolean(project),
    },
    {
      title: 'Write its process',
      text: 'The steps of a deployment: scripts in Bash, Python, PowerShell or C#.',
      act: 'Add a step',
      href: project ? `${home}/process` : '',
      isDone: hasProcess,
    },
    {
      title: 'Create a release',
      text: 'A release freezes the process and the variables under a version.',
      act: 'Create release',
      href: project && hasProcess ? `${home}/releases/new` : '',
      isDone: Boolean(release),
    },
    {
      title: 'Deploy it',
      text: 'The built-in worker of this server runs the steps, and you watch the log.',
      act: `Deploy ${release ?? ''}`.trim(),
      href: release ? `${home}/releases/${encodeURIComponent(release)}/deploy` : '',
      isDone: isDeployed,
    },
  ]
}

/** The first steps, the done ones ticked, the next one with its button. @param {Step[]} steps */
export function firstSteps(steps) {
  const next = steps.find(({ isDone }) => !isDone)
  return html`
    <section class="panel first-steps" aria-labelledby="first-steps">
      <div class="panel-body"><h2 id="first-steps">Your first deployment</h2><p>Five steps, about five minutes.</p></div>
      <ol>${steps.map((step, at) => {
        const { title, text, act, href, isDone } = step
        return html`
          <li class=${isDone ? 'done' : step === next ? 'next' : ''}>
            ${isDone ? icon('success') : html`<span class="number" aria-hidden="true">${at + 1}</span>`}
            <div><h3>${title}${isDone ? html`<span class="visually-hidden">, done</span>` : nothing}</h3>${isDone ? nothing : html`<p>${text}</p>`}</div>
            ${!isDone && href ? html`<a class="button ${step === next ? 'primary' : ''}" href=${href}>${act}</a>` : nothing}
          </li>`
      })}</ol>
    </section>`
}
