import type { Script, ScriptSource } from './script.ts'

/**
 * A C# script, run as a file of its own (`dotnet run script.cs`, from .NET 10). The helpers
 * follow the user's lines, which keep their numbers.
 */
export function csharpScript({ folder, body, variables, parameters = '' }: ScriptSource): Script {
  // Directives such as `#:package` must come before any code.
  const directives = /^(?:\s*#[:!].*\n)*/.exec(body)?.[0] ?? ''
  const code = `using static TakoHelpers; ${body.slice(directives.length)}`
  const path = `${folder}/script.cs`
  const entries = Object.entries(variables).map(
    ([name, value]) => `        [${quoted(name)}] = ${quoted(value)},\n`,
  )
  return {
    files: [
      {
        name: 'script.cs',
        content: `${directives}${code}\n${helpers(entries.join(''))}`,
        mode: 0o600,
      },
    ],
    command: 'dotnet',
    args: ['run', path, '--', ...wordsOf(parameters)],
    needs: 'dotnet',
  }
}

/** JSON's escapes are C#'s; some more characters end a line there. */
const quoted = (text: string) =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** The words of a command line: quotes keep spaces together. */
function wordsOf(text: string): string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
}

const helpers = (entries: string) => `
public static class TakoHelpers
{
    public static readonly System.Collections.Generic.Dictionary<string, string> OctopusParameters =
        new(System.StringComparer.OrdinalIgnoreCase)
    {
${entries}    };

    public static string GetVariable(string name) => 
        OctopusParameters.TryGetValue(name, out var value) ? value : "";

    public static void SetVariable(string name, string value, bool sensitive = false) =>
        Message("setVariable", ("name", name), ("value", value), ("sensitive", sensitive.ToString()));

    public static void CreateArtifact(string path, string? name = null)
    {
        var file = new System.IO.FileInfo(path);
        var length = file.Exists ? file.Length : 0;
        Message("createArtifact", ("path", file.FullName), ("name", name ?? file.Name), ("length", length.ToString()));
    }

    public static void UpdateProgress(int percentage, string message = "") =>
        Message("progress", ("percentage", percentage.ToString()), ("message", message));

    public static void FailStep(string message)
    {
        Message("resultMessage", ("message", message));
        System.Environment.Exit(1);
    }

    public static void WriteVerbose(string message) => Level("verbose", message);
    public static void WriteHighlight(string message) => Level("highlight", message);
    public static void WriteWait(string message) => Level("wait", message);
    public static void WriteWarning(string message) => Level("warning", message);

    static void Level(string level, string message) =>
        System.Console.WriteLine($"##octopus[stdout-{level}]\\n{message}\\n##octopus[stdout-default]");

    static void Message(string name, params (string Key, string Text)[] attributes)
    {
        var text = new System.Text.StringBuilder("##octopus[" + name);
        foreach (var (key, value) in attributes)
            text.Append($" {key}='{System.Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value))}'");
        System.Console.WriteLine(text.Append(']'));
    }
}
`
