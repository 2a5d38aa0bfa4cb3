import type { Script, ScriptSource } from './script.ts'

/**
 * A bash script. Its start runs no program: forty of them would cost more than most scripts.
 * The user's lines are a file of their own, so that errors have the line numbers they know.
 */
export function bashScript(source: ScriptSource): Script {
  const { folder, body, file, variables, parameters = '' } = source
  const path = `${folder}/bootstrap.sh`
  const start = `. ${quoted(file ?? `${folder}/script.sh`)} ${parameters.replace(/\s*\n\s*/g, ' ')}\n`
  return {
    files: [
      { name: 'bootstrap.sh', content: `${assigned(variables)}${helpers}${start}`, mode: 0o600 },
      // Lines as Windows ends them would have a carriage return in each last word.
      ...(file === undefined
        ? [{ name: 'script.sh', content: body.replace(/\r\n/g, '\n'), mode: 0o600 }]
        : []),
    ],
    command: 'bash',
    args: [path],
    needs: 'bash',
  }
}

/** Two plain arrays: bash 3 has no others. */
function assigned(variables: Record<string, string>): string {
  const names = Object.keys(variables).map((name) => `${quoted(name)}\n`)
  const values = Object.values(variables).map((value) => `${quoted(value)}\n`)
  return `_tako_names=(\n${names.join('')})\n_tako_values=(\n${values.join('')})\n`
}

/** Between single quotes everything but the quote is itself; a null character is for no shell. */
const quoted = (text: string) => `'${text.replaceAll('\0', '').replaceAll("'", "'\\''")}'`

const helpers = `
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
  declare -gA octopus_parameters=()
  for _tako_at in "\${!_tako_names[@]}"; do
    octopus_parameters["\${_tako_names[_tako_at]}"]=\${_tako_values[_tako_at]}
  done
  unset _tako_at
fi

get_octopusvariable() {
  local at kept=1
  shopt -q nocasematch || kept=0
  shopt -s nocasematch
  for at in "\${!_tako_names[@]}"; do
    if [[ \${_tako_names[at]} == "$1" ]]; then
      printf '%s' "\${_tako_values[at]}"
      break
    fi
  done
  ((kept)) || shopt -u nocasematch
  return 0
}

# The message's name, then names and texts of its attributes.
_tako_message() {
  local message="##octopus[$1"
  shift
  while (($# > 1)); do
    message+=" $1='$(printf '%s' "$2" | base64)'"
    shift 2
  done
  printf '%s\n' "$message]"
}

set_octopusvariable() {
  local sensitive=False
  [[ \${3-} == -sensitive ]] && sensitive=True
  _tako_message setVariable name "$1" value "\${2-}" sensitive "$sensitive"
}

new_octopusartifact() {
  local path=$1 name=\${2-} length=0
  [[ $path == /* ]] || path=$PWD/$path
  [[ -f $path ]] && length=$(wc -c <"$path")
  _tako_message createArtifact path "$path" name "\${name:-\${path##*/}}" length "$length"
}

update_progress() {
  _tako_message progress percentage "$1" message "\${2-}"
}

fail_step() {
  [[ -n \${1-} ]] && _tako_message resultMessage message "$1"
  exit 1
}

set_environmentstate() {
  local key=$1 value=\${2-} sensitive=False
  [[ \${3-} == -sensitive ]] && sensitive=True && shift
  _tako_message set-environmentstate key "$key" value "$value" sensitive "$sensitive" type "\${3-State}"
}

set_environmenturl() {
  set_environmentstate "$1" "\${2-}" Url
}

# One print for all, so that no other line comes between.
_tako_level() {
  local level=$1
  shift
  printf '##octopus[stdout-%s]\n%s\n##octopus[stdout-default]\n' "$level" "$*"
}
write_verbose() { _tako_level verbose "$@"; }
write_highlight() { _tako_level highlight "$@"; }
write_wait() { _tako_level wait "$@"; }
write_warning() { _tako_level warning "$@"; }
`
