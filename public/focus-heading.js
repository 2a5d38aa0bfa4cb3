/**
 * Moves the focus to the heading of a page, once it is drawn.
 * @param {HTMLElement} page
 */
export async function focusHeading(page) {
  // What is loaded first draws grey bars: the heading comes with the first real drawing.
  for (let tries = 0; tries < 40; tries += 1) {
    const heading = page.querySelector('h1')
    if (heading) {
      heading.tabIndex = -1
      heading.focus({ preventScroll: true })
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
