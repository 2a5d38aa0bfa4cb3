import type { Script, ScriptSource } from './script.ts'

/**
 * A Python script. The user's file runs as the main module, with the helpers in it; tracebacks
 * begin with the user's own lines.
 */
export function pythonScript(source: ScriptSource): Script {
  const { folder, body, file, variables, parameters = '' } = source
  const path = file ?? `${folder}/script.py`
  // JSON without surrogate escapes is a literal of Python too.
  const given = [variables, path, parameters].map((value) => JSON.stringify(value))
  const values = `_tako_given, _tako_path, _tako_parameters = ${given.join(', ')}\n`
  return {
    files: [
      { name: 'bootstrap.py', content: `${values}${helpers}`, mode: 0o600 },
      ...(file === undefined ? [{ name: 'script.py', content: body, mode: 0o600 }] : []),
    ],
    command: 'python3',
    // Unbuffered, so that the log has each line when it is printed.
    args: ['-u', '-X', 'utf8', `${folder}/bootstrap.py`],
    needs: 'python3',
  }
}

const helpers = `
import binascii
import os
import sys


class _TakoVariables(dict):
    """Names in any case; the keys stay as they were written."""

    def __init__(self, values):
        super().__init__()
        self._names = {}
        for name, value in values.items():
            self[name] = value

    def _name(self, name):
        return self._names.get(name.lower(), name)

    def __getitem__(self, name):
        return super().__getitem__(self._name(name))

    def __setitem__(self, name, value):
        super().__setitem__(self._names.setdefault(name.lower(), name), value)

    def __contains__(self, name):
        return super().__contains__(self._name(name))

    def get(self, name, default=None):
        return super().get(self._name(name), default)


octopusvariables = _TakoVariables(_tako_given)


def _tako_message(kind, attributes):
    encoded = (
        " %s='%s'" % (key, binascii.b2a_base64(str(text).encode(), newline=False).decode())
        for key, text in attributes.items()
    )
    sys.stdout.write('##octopus[%s%s]\\n' % (kind, ''.join(encoded)))


def get_octopusvariable(name):
    return octopusvariables.get(name, '')


def set_octopusvariable(name, value, sensitive=False):
    octopusvariables[name] = value
    _tako_message('setVariable', {'name': name, 'value': value, 'sensitive': bool(sensitive)})


def createartifact(path, name=None):
    full = os.path.abspath(path)
    length = os.path.getsize(full) if os.path.isfile(full) else 0
    name = name or os.path.basename(full)
    _tako_message('createArtifact', {'path': full, 'name': name, 'length': length})


def updateprogress(percentage, message=''):
    _tako_message('progress', {'percentage': percentage, 'message': message or ''})


def failstep(message=None):
    if message:
        _tako_message('resultMessage', {'message': message})
    sys.exit(1)


def _tako_level(level, message):
    sys.stdout.write('##octopus[stdout-%s]\\n%s\\n##octopus[stdout-default]\\n' % (level, message))


def printverbose(message):
    _tako_level('verbose', message)


def printhighlight(message):
    _tako_level('highlight', message)


def printwait(message):
    _tako_level('wait', message)


def printwarning(message):
    _tako_level('warning', message)


def _tako_excepthook(kind, error, trace):
    trace = trace.tb_next if trace else None
    sys.__excepthook__(kind, error.with_traceback(trace), trace)


sys.excepthook = _tako_excepthook
sys.path[0] = os.getcwd()
sys.argv = [_tako_path]
if _tako_parameters.strip():
    import shlex
    sys.argv += shlex.split(_tako_parameters)
__file__ = _tako_path
with open(_tako_path, 'rb') as _tako_file:
    _tako_code = compile(_tako_file.read(), _tako_path, 'exec')
exec(_tako_code)
`
