using System.Text.RegularExpressions;
using KernelFault.Drivers.Linux;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>An action about one module of a Linux kernel.</summary>
internal abstract class ModuleAction : PlaybookAction
{
    /// <summary>How long a program that loads or unloads may take.</summary>
    private protected static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(2);

    private static readonly Regex s_name = new("^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>The input that names it.</summary>
    private protected static ActionInput NameInput { get; } = new("name", PlaybookValueType.Text, "Name of the module: letters, digits, _ and -.") { Required = true };

    /// <summary>The module that is meant.</summary>
    /// <param name="context">The inputs.</param>
    /// <returns>Its name as the kernel has it, with underscores.</returns>
    /// <exception cref="PlaybookException">It is no name of a module.</exception>
    private protected string ModuleName(ActionContext context)
    {
        string name = Needed(context, "name");
        return s_name.IsMatch(name)
            ? name.Replace('-', '_')
            : throw Unusable($"'{PrintableText.Clean(name, 80)}' is no name of a module: 1 to 64 letters, digits, _ and - are expected, and no - at the beginning.");
    }

    /// <summary>What is so of a module that is part of the kernel's image.</summary>
    /// <param name="state">The module.</param>
    private protected static HostGuard? BuiltIn(LinuxModuleState state) => state.IsBuiltIn
        ? new HostGuard("ModuleBuiltIn", $"{state.Name} is built into this kernel: it can be neither loaded nor kept out. A kernel without it, or an argument of its own on the kernel's command line (initcall_blacklist), would.", CanForce: false)
        : null;

    /// <summary>What is so of a module that the machine stands on. Not even a person's order from afar overrules it: that person could not undo it from there.</summary>
    /// <param name="state">The module.</param>
    private protected static HostGuard? Carrying(LinuxModuleState state) => state.Carries is { } what
        ? new HostGuard("ModuleCarriesMachine", $"{what} of this machine stands on {state.Name}: without it, it may not start or not be reached any more. It is done at the machine's console, by hand.", CanForce: false)
        : null;
}
