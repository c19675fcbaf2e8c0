using System.CommandLine;

namespace KernelFault.Cli;

/// <summary>Arguments and options that the commands on vmcores share.</summary>
internal static class VmcoreOptions
{
    internal static Argument<string> File() => new("file") { Description = "A Linux vmcore; wildcards are expanded." };

    internal static Argument<string[]> Addresses(bool required = true) => new("address")
    {
        Description = "Addresses behind 0x, or symbols with or without an offset: vfs_read+0x1c.",
        Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
    };

    internal static Option<int?> Number(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value < least || value > most))
            {
                result.AddError($"{name} takes a number from {least} to {most}.");
            }
        });
        return option;
    }
}
