import { lstatSync, readdirSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'

/** The plain files below a folder, by their paths in it. Links are neither files nor followed. */
export function* filesIn(folder: string): Generator<string> {
  const open = ['']
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory()) open.push(inside)
      else if (entry.isFile()) yield inside
    }
  }
}

/** For each pattern the files that it names, each file once, and the patterns that name none. */
export function filesMatching(folder: string, patterns: string[]) {
  const unused = new Set(patterns)
  const files: string[] = []
  for (const path of filesIn(folder)) {
    const fitting = patterns.filter((pattern) => pattern === path || matchesGlob(path, pattern))
    if (fitting.length > 0) files.push(path)
    for (const pattern of fitting) unused.delete(pattern)
  }
  return { files: files.sort(), unused: [...unused] }
}

export const sizeOf = (path: string): number => lstatSync(path).size
