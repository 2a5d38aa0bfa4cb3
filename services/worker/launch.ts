/** The entry of the process that starts scripts. */
import { beLauncher } from './launcher.ts'

beLauncher(process)
