using System.CommandLine;
using System.CommandLine.Parsing;

namespace KernelFault.Cli;

/// <summary>Arguments and options that the commands on files share.</summary>
internal static class FileOptions
{
    internal static Argument<string[]> Files(bool takesStandardInput = false) => Files(
        takesStandardInput
            ? "Crash files; wildcards are expanded. A single - reads a kernel log from standard input."
            : "Crash files; wildcards are expanded.",
        ArgumentArity.OneOrMore,
        takesStandardInput);

    internal static Argument<string[]> Files(string description, ArgumentArity arity, bool takesStandardInput = false)
    {
        var files = new Argument<string[]>("file") { Description = description, Arity = arity };
        files.Validators.Add(result => RefuseOptions(result, takesStandardInput));
        return files;
    }

    /// <summary>Refuses what looks like an option: a mistyped one would be taken for an argument.</summary>
    internal static void RefuseOptions(ArgumentResult result) => RefuseOptions(result, takesStandardInput: false);

    private static void RefuseOptions(ArgumentResult result, bool takesStandardInput)
    {
        bool IsMistyped(string text) => text.StartsWith('-') && !File.Exists(text) && !(takesStandardInput && text == CrashFiles.StandardInput);
        foreach (string text in result.Tokens.Select(token => token.Value).Where(IsMistyped))
        {
            result.AddError($"Unrecognized option '{text}'.");
        }
    }

    internal static Option<bool> Json() => new("--json")
    {
        Description = "Write JSON, the same as ConvertTo-Json -Depth 20 of the cmdlet's output.",
    };

    internal static Option<int> Jobs()
    {
        var jobs = new Option<int>("--jobs", "-j")
        {
            Description = "How many files at a time; as many as there are processors by default.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        jobs.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value is < 1 or > 1024))
            {
                result.AddError("--jobs takes a number from 1 to 1024.");
            }
        });
        return jobs;
    }
}
