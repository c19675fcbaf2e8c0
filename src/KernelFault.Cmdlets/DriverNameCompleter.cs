using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelFault.Analysis;
using KernelFault.Formats;

namespace KernelFault.Cmdlets;

/// <summary>Completes names of drivers on Tab: of the crash file that was named, or of the machine this runs on.</summary>
public sealed class DriverNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? string.Empty).Trim('\'', '"');
        var pattern = new WildcardPattern(word.TrimEnd('*') + "*", WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        string? dump = fakeBoundParameters?["CrashDump"] switch { string one => one, object[] { Length: > 0 } many => many[0] as string, _ => null };
        foreach (string name in Names(dump).Distinct(StringComparer.OrdinalIgnoreCase).Where(pattern.IsMatch).OrderBy(name => name, StringComparer.OrdinalIgnoreCase))
        {
            // A name from a dump may hold anything: quoted, it is only a name.
            string text = name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-') ? name : "'" + CodeGeneration.EscapeSingleQuotedStringContent(name) + "'";
            yield return new CompletionResult(text, name, CompletionResultType.ParameterValue, name);
        }
    }

    private static IEnumerable<string> Names(string? dump)
    {
        try
        {
            if (dump is not null)
            {
                return [.. CrashDumpDrivers.Read(dump).Select(driver => driver.Name)];
            }

            string windows = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
            return windows.Length > 0
                ? [.. Directory.EnumerateFiles(System.IO.Path.Combine(windows, "System32", "drivers"), "*.sys").Select(file => System.IO.Path.GetFileNameWithoutExtension(file))]
                : [.. Directory.EnumerateDirectories("/sys/module").Select(folder => System.IO.Path.GetFileName(folder))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DumpFormatException or ArgumentException or NotSupportedException)
        {
            // Nothing to offer.
            return [];
        }
    }
}
