import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { folderNameOf, type Installation, outdated } from '#domain/installation.ts'
import { say } from './say.ts'

interface Place {
  /** The worker's own folder. */
  home: string
  tenant: string
  environment: string
  packageId: string
}

/** What is known of each installation, beside their folders. */
const journal = '.tako'

/**
 * The installations of a package in an environment,
 * `<home>/Applications/[tenant/]<environment>/<package>/<version>[_n]`. Several processes may install at once.
 */
export function installationsIn({ home, tenant, environment, packageId }: Place) {
  const parts = [...(tenant === '' ? [] : [tenant]), environment, packageId].map(folderNameOf)
  const root = join(home, 'Applications', ...parts)
  mkdirSync(join(root, journal), { recursive: true, mode: 0o755 })
  const noteOf = (folder: string) => join(root, journal, `${basename(folder)}.json`)

  function write(installation: Installation) {
    const note = noteOf(installation.folder)
    writeFileSync(`${note}.draft`, JSON.stringify(installation))
    renameSync(`${note}.draft`, note)
  }

  return {
    all: (): Installation[] =>
      readdirSync(join(root, journal))
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => readNote(join(root, journal, name))),

    /** Makes a folder that nobody had before. */
    begin({ version, owner, at }: { version: string; owner: string; at: number }): Installation {
      for (let count = 0; ; count++) {
        const folder = join(root, `${folderNameOf(version)}${count === 0 ? '' : `_${count}`}`)
        if (!isMade(folder)) continue
        const installation = {
          ...{ folder, owner, version, installedAt: at },
          customDirectory: null,
          isSuccessful: false,
        }
        write(installation)
        return installation
      }
    },

    write,

    /** Takes away an installation, or what is there of one. */
    remove: async ({ folder }: Installation): Promise<void> => {
      await rm(folder, { recursive: true, force: true })
      rmSync(noteOf(folder), { force: true })
    },

    /** Takes away what the last ones of an owner have made old. */
    async tidy(owner: string): Promise<void> {
      for (const old of outdated(this.all(), owner)) {
        say.verbose(`The old installation ${old.folder} is removed.`)
        await this.remove(old)
      }
    },
  }
}

/** A note that another process has just removed, or could not finish, says nothing. */
function readNote(path: string): Installation[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8'))]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError)
      return []
    throw error
  }
}

/** false when it is there already. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o755 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
