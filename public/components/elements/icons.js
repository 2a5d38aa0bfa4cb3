import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js'

const sprite = new URL('../../element-icons.svg', import.meta.url).pathname

// Web Awesome's own icons come from another host, or by addresses that the page's policy refuses.
for (const name of ['system', 'default']) {
  registerIconLibrary(name, { resolver: (icon) => `${sprite}#${icon}`, spriteSheet: true })
}
