using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>A program with its arguments that a playbook gives, as <c>program</c> and <c>arguments</c>.</summary>
internal static class ProgramInput
{
    private const int MaximumArguments = 1000;

    /// <summary>The call.</summary>
    /// <param name="context">The inputs.</param>
    /// <param name="action">Name of the action, for the exception.</param>
    /// <returns>The program and its arguments, as they will arrive.</returns>
    /// <exception cref="PlaybookException">They cannot be passed on.</exception>
    internal static ProgramCall Of(ActionContext context, string action)
    {
        string program = context.Text("program") ?? string.Empty;
        return program.Length is > 0 and <= 1024 && program[0] != '-' && !program.Any(char.IsControl)
            ? new ProgramCall(program, [.. Arguments(context, action)])
            : throw new PlaybookException($"'{action}': '{PrintableText.Clean(program, 200)}' is no name or path of a program.");
    }

    /// <summary>The arguments.</summary>
    /// <param name="context">The inputs.</param>
    /// <param name="action">Name of the action, for the exception.</param>
    /// <returns>The arguments, in order.</returns>
    /// <exception cref="PlaybookException">They cannot be passed on.</exception>
    internal static IReadOnlyList<string> Arguments(ActionContext context, string action)
    {
        IReadOnlyList<string> arguments = context.Texts("arguments");
        return arguments.Count > MaximumArguments || arguments.Any(argument => argument.IndexOfAny(['\0']) >= 0)
            ? throw new PlaybookException($"'{action}': at most {MaximumArguments} arguments without a NUL can be passed on.")
            : arguments;
    }
}
