/** Patterns of files, one in each line: 'config/*.json'. They never lead out of their folder. */
export function patternsOf(text: string): { patterns: string[] } | { fault: string } {
  const patterns = text
    .split(/[\r\n]+/)
    .map((line) =>
      line
        .trim()
        .replaceAll('\\', '/')
        .replace(/^(?:\.\/)+/, ''),
    )
    .filter((line) => line !== '')
  for (const pattern of patterns) {
    if (/^\/|^[A-Za-z]:/.test(pattern))
      return { fault: `The file pattern '${pattern}' is absolute: it must begin in the package.` }
    // Braces may hide it: '{..,x}/a'.
    if (/(?:^|[/{,(|])\.\.(?:$|[/},)|])/.test(pattern))
      return { fault: `The file pattern '${pattern}' leads out of the package.` }
  }
  return { patterns }
}
