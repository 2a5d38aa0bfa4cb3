/**
 * Gives a page's own rules to the document, once. They reach the page alone, and may stay when it goes.
 * @param {string} tag of the page's element
 * @param {import('lit').CSSResult} styles without keyframes, which cannot be nested
 */
export function pageStyles(tag, { cssText }) {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`${tag} { ${cssText} }`)
  document.adoptedStyleSheets.push(sheet)
}
