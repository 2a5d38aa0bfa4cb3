import { navigate } from './navigation.js'

/** @type {Record<string, string>} */
const places = { d: '', p: '/projects', t: '/tasks', i: '/infrastructure/environments' }
let isGoing = false

/**
 * Acts on a single key: `g` and then a place; `/` for the filter of the page; `c` to create a release; `?` for
 * the map of keys.
 * @param {string} key
 * @param {string} slug of the space
 */
export function shortcut(key, slug) {
  if (localStorage.getItem('keys') === 'off' || document.querySelector('wa-dialog[open]')) return
  if (isGoing) {
    isGoing = false
    const place = places[key]
    if (place !== undefined && slug) void navigate(`/${slug}${place}`)
    return
  }
  if (key === 'g') {
    isGoing = true
    setTimeout(() => {
      isGoing = false
    }, 1500)
    return
  }
  if (key === '/') focusSoon(document.querySelector('.page .search .input'))
  if (key === 'c') click('a[href$="/releases/new"]')
  if (key === 'd') click('a.button.primary[href*="/deploy"]')
  if (key === '?') void import('./components/keys.js').then(({ showKeys }) => showKeys())
}

/** @param {Element | null} field */
function focusSoon(field) {
  // The key itself must not be typed into the field.
  if (field instanceof HTMLElement) setTimeout(() => field.focus())
}

/** @param {string} selector */
function click(selector) {
  const link = document.querySelector(selector)
  if (link instanceof HTMLElement) link.click()
}
