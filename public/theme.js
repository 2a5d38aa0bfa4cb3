// Runs before the first paint: the chosen theme, else the system's. A plain script, so that nothing waits for it.
;(() => {
  const night = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const chosen =
      new URLSearchParams(location.search).get('theme') ?? localStorage.getItem('theme')
    const isDark = chosen ? chosen === 'dark' : night.matches
    document.documentElement.classList.toggle('wa-dark', isDark)
    document.documentElement.classList.toggle('wa-light', !isDark)
  }
  apply()
  night.addEventListener('change', apply)
  addEventListener('storage', apply)
  addEventListener('tako-theme', apply)
})()
