import { bashScript } from './bootstrap-bash.ts'
import { csharpScript } from './bootstrap-csharp.ts'
import { powershellScript } from './bootstrap-powershell.ts'
import { pythonScript } from './bootstrap-python.ts'

/** The syntaxes that Tako can run, as the API spells them. */
export type ScriptSyntax = 'Bash' | 'Python' | 'PowerShell' | 'CSharp'

export interface ScriptSource {
  /** Where the files will be, absolute; the script's working folder is another. */
  folder: string
  /** With its expressions already replaced. */
  body: string
  /** The file that has this body already, absolute: it is run where it is, and finds what is beside it. */
  file?: string
  /** Everything that the script may read, sensitive values too. */
  variables: Record<string, string>
  /** The script's own parameters as typed, quotes and all. */
  parameters?: string
}

/** What to write and what to start. The files hold secrets. */
export interface Script {
  files: { name: string; content: string; mode: number }[]
  command: string
  args: string[]
  /** The program that must be on the path. */
  needs: 'bash' | 'python3' | 'pwsh' | 'dotnet'
}

const scripts = {
  Bash: bashScript,
  Python: pythonScript,
  PowerShell: powershellScript,
  CSharp: csharpScript,
} satisfies Record<ScriptSyntax, (source: ScriptSource) => Script>

/** Whether there is a way to run scripts of this syntax: FSharp has none yet. */
export function isRunnable(syntax: string): syntax is ScriptSyntax {
  return Object.hasOwn(scripts, syntax)
}

/** The script as its interpreter takes it: helpers and variables, then the user's own lines. */
export function scriptFor(syntax: ScriptSyntax, source: ScriptSource): Script {
  return scripts[syntax](source)
}
