import { html, nothing } from 'lit'

/**
 * What a build has told of a version of a package, as the API has it.
 * @typedef {Record<string, any> & { BuildNumber?: string, BuildUrl?: string, BuildEnvironment?: string, Branch?: string, VcsCommitNumber?: string,
 *   VcsCommitUrl?: string, Commits?: { Id: string, LinkUrl?: string, Comment: string }[],
 *   WorkItems?: { Id: string, LinkUrl?: string, Description?: string }[] }} Build
 */

/** A link to another host, if the text is an address of one; else the words alone. @param {string | undefined} href @param {unknown} words */
export const outside = (href, words) =>
  href && /^https?:\/\//i.test(href)
    ? html`<a href=${href} target="_blank" rel="noreferrer">${words}</a>`
    : words

/** A commit, short. @param {string | undefined} id */
export const shortCommit = (id) => (id ? html`<code>${id.slice(0, 8)}</code>` : '')

/** Branch and commit in a line; nothing when no build has told any. @param {Build | null | undefined} build */
export function buildLine(build) {
  if (!build) return nothing
  const { Branch, VcsCommitNumber, VcsCommitUrl } = build
  return html`${Branch ? html`<span>${Branch}</span> ` : nothing}${outside(VcsCommitUrl, shortCommit(VcsCommitNumber))}`
}

/** The facts of a build with its commits and work items. @param {Build} build */
export function buildFacts(build) {
  const { BuildNumber, BuildUrl, BuildEnvironment, Branch, VcsCommitNumber, VcsCommitUrl } = build
  /** @type {[string, unknown][]} */
  const facts = [
    ['Build', outside(BuildUrl, BuildNumber || BuildUrl)],
    ['Built by', BuildEnvironment],
    ['Branch', Branch],
    ['Commit', VcsCommitNumber ? outside(VcsCommitUrl, html`<code>${VcsCommitNumber}</code>`) : ''],
  ]
  return html`
    <dl class="facts">${facts
      .filter(([, value]) => value)
      .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${things(
      'Work items',
      (build.WorkItems ?? []).map(({ Id, LinkUrl, Description }) => ({
        Id,
        LinkUrl,
        text: Description,
      })),
    )}
    ${things(
      'Commits',
      (build.Commits ?? []).map(({ Id, LinkUrl, Comment }) => ({
        Id: Id.slice(0, 8),
        LinkUrl,
        text: Comment,
      })),
    )}`
}

/** @param {string} title @param {{ Id: string, LinkUrl?: string | undefined, text?: string | undefined }[]} all */
const things = (title, all) =>
  all.length === 0
    ? nothing
    : html`<h3>${title}</h3><ul>${all.map(({ Id, LinkUrl, text }) => html`<li>${outside(LinkUrl, html`<code>${Id}</code>`)} ${text && text !== Id ? text : nothing}</li>`)}</ul>`
