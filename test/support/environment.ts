/** Every test process keeps its data in a folder of its own, which goes when it ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const home = mkdtempSync(join(tmpdir(), 'tako-test-'))
process.env.TAKO_HOME = home
process.env.ADMIN_API_KEY = 'API-TESTADMINISTRATOR0000000'
process.env.ADMIN_PASSWORD = 'Password01!'
process.on('exit', () => rmSync(home, { recursive: true, force: true }))
