using System.CommandLine;
using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Knowledge;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault bugcheck</c>: a stop code explained.</summary>
internal static class BugCheckCommand
{
    private const int MaximumParameters = 4;

    internal const string Examples = """
        Examples:
          kernelfault bugcheck 0x7E
          kernelfault bugcheck 0xD1 0x28 2 1 0xfffff80111361a30
          kernelfault bugcheck "*POOL*"

        """;

    internal static Command Create()
    {
        var code = new Argument<string?>("code")
        {
            Description = "Stop code: 0x7E, 7E or 126; or a name such as IRQL_NOT_LESS_OR_EQUAL, in which * and ? match.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var parameters = new Argument<string[]>("parameter")
        {
            Description = "Up to four parameters of the stop code, to be decoded.",
            Arity = new ArgumentArity(0, MaximumParameters),
        };
        var build = new Option<uint?>("--build") { Description = "Windows build the parameters come from; some values changed their meaning.", HelpName = "N" };
        var architecture = new Option<Architecture>("--arch") { Description = "Processor the parameters come from.", DefaultValueFactory = _ => Architecture.X64 };
        Option<bool> json = FileOptions.Json();
        var command = new Command("bugcheck", "Explains a stop code and decodes its parameters.")
        {
            code, parameters, build, architecture, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(code) ?? "*",
            parsed.GetValue(parameters) ?? [],
            parsed.GetValue(build),
            parsed.GetValue(architecture),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(string text, string[] parameters, uint? build, Architecture architecture, bool json)
    {
        var lookup = new BugCheckLookup(KnowledgeBase.Default);
        var values = new ulong[parameters.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!BugCheckLookup.TryParseNumber(parameters[i], out values[i]))
            {
                Screen.Complain($"'{parameters[i]}' is not a number");
                return ExitCode.Usage;
            }
        }

        bool isCode = BugCheckLookup.TryParseNumber(text, out ulong code) && code <= uint.MaxValue;
        BugCheckExplanation? one = isCode ? lookup.Find((uint)code, values, build, architecture) : null;
        IReadOnlyList<BugCheckExplanation> found = one is not null ? [one] : isCode ? [] : lookup.Find(text);
        if (isCode && lookup.OtherReading(text) is uint other)
        {
            Screen.Complain($"{text} was read as a decimal number, 0x{code:X}; for 0x{other:X} write 0x{other:X}");
        }

        if (found.Count == 0)
        {
            Screen.Complain($"no stop code '{text}' is known");
            return ExitCode.AllFailed;
        }

        Write(found, json);
        return ExitCode.Success;
    }

    private static void Write(IReadOnlyList<BugCheckExplanation> found, bool json)
    {
        if (json)
        {
            var output = new JsonOutput();
            foreach (BugCheckExplanation explanation in found)
            {
                output.Add(explanation);
            }

            output.End();
        }
        else if (found.Count == 1)
        {
            Screen.Write(width => BugCheckText.Layout(found[0], width));
        }
        else
        {
            Screen.WriteTable([">Code", "Name", "Meaning"], found.Select(item => new[] { item.Hex, item.Name, item.Meaning }));
        }
    }
}
