import type { Script, ScriptSource } from './script.ts'

/** A PowerShell script: an error ends it, and the last native exit code is its own. */
export function powershellScript({
  folder,
  body,
  file,
  variables,
  parameters = '',
}: ScriptSource): Script {
  const entries = Object.entries(variables).map(
    ([name, value]) => `$OctopusParameters[${quoted(name)}] = ${quoted(value)}\n`,
  )
  const start = `. ${quoted(file ?? `${folder}/script.ps1`)} ${parameters.replace(/\s*\n\s*/g, ' ')}`
  const content = `${prelude}${entries.join('')}${helpers}${starting(start)}`
  const path = `${folder}/bootstrap.ps1`
  return {
    files: [
      { name: 'bootstrap.ps1', content, mode: 0o600 },
      ...(file === undefined ? [{ name: 'script.ps1', content: body, mode: 0o600 }] : []),
    ],
    command: 'pwsh',
    args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-File', path],
    needs: 'pwsh',
  }
}

/** PowerShell takes typographic single quotes for single quotes. */
const quoted = (text: string) => `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`

const prelude = `$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [System.Text.UTF8Encoding]::new($false)
$OctopusParameters = [System.Collections.Generic.Dictionary[string, string]]::new([System.StringComparer]::OrdinalIgnoreCase)
`

const helpers = `
# Names such as PID and Host belong to PowerShell.
foreach ($takoName in @($OctopusParameters.Keys)) {
  $takoPlain = $takoName -replace '[^a-zA-Z0-9_]', ''
  if ($takoPlain -and -not (Test-Path -LiteralPath "variable:$takoPlain")) {
    Set-Variable -Scope Global -Name $takoPlain -Value $OctopusParameters[$takoName]
  }
}

function Write-TakoMessage([string]$Name, $Attributes) {
  $pairs = foreach ($key in $Attributes.Keys) {
    $bytes = [System.Text.Encoding]::UTF8.GetBytes([string]$Attributes[$key])
    " $key='" + [Convert]::ToBase64String($bytes) + "'"
  }
  [Console]::Out.WriteLine('##octopus[' + $Name + (-join $pairs) + ']')
}

function Set-OctopusVariable([string]$name, [string]$value, [switch]$sensitive) {
  Write-TakoMessage setVariable ([ordered]@{ name = $name; value = $value; sensitive = [bool]$sensitive })
}

function New-OctopusArtifact([string]$Path, [string]$Name) {
  $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
  if (-not $Name) { $Name = [System.IO.Path]::GetFileName($full) }
  $length = if (Test-Path -LiteralPath $full -PathType Leaf) { (Get-Item -LiteralPath $full).Length } else { 0 }
  Write-TakoMessage createArtifact ([ordered]@{ path = $full; name = $Name; length = $length })
}

function Update-Progress([int]$Percentage, [string]$Message) {
  Write-TakoMessage progress ([ordered]@{ percentage = $Percentage; message = $Message })
}

function Fail-Step([string]$Message) {
  if ($Message) { Write-TakoMessage resultMessage ([ordered]@{ message = $Message }) }
  exit 1
}

function Set-EnvironmentState([string]$Key, [string]$Value, [switch]$Sensitive, [string]$Type = 'State') {
  Write-TakoMessage set-environmentstate ([ordered]@{ key = $Key; value = $Value; sensitive = [bool]$Sensitive; type = $Type })
}

function Set-EnvironmentUrl([string]$Key, [string]$Url) {
  Set-EnvironmentState -Key $Key -Value $Url -Type Url
}

function Write-TakoLevel([string]$Level, [string]$Message) {
  [Console]::Out.WriteLine("##octopus[stdout-$Level]\`n$Message\`n##octopus[stdout-default]")
}
function Write-Verbose([Parameter(ValueFromPipeline)][string]$Message) { process { Write-TakoLevel verbose $Message } }
function Write-Highlight([Parameter(ValueFromPipeline)][string]$Message) { process { Write-TakoLevel highlight $Message } }
function Write-Wait([Parameter(ValueFromPipeline)][string]$Message) { process { Write-TakoLevel wait $Message } }
function Write-Warning([Parameter(ValueFromPipeline)][string]$Message) { process { Write-TakoLevel warning $Message } }
`

const starting = (start: string) => `
try {
  ${start}
} catch {
  [Console]::Error.WriteLine(($_ | Out-String).TrimEnd())
  [Console]::Error.WriteLine($_.ScriptStackTrace)
  exit 1
}
if ((Test-Path variable:global:LASTEXITCODE) -and $global:LASTEXITCODE) { exit $global:LASTEXITCODE }
`
