namespace KernelFault.Analysis.Linux;

/// <summary>A loaded kernel module, from <c>Modules linked in</c>.</summary>
public sealed record LinuxModule
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its flags: <c>P</c> proprietary, <c>O</c> out-of-tree, <c>F</c> forced, <c>C</c> staging, <c>E</c> unsigned, <c>K</c> live patch, <c>X</c> external, <c>+</c> being loaded, <c>-</c> being unloaded; empty for none.</summary>
    public required string Flags { get; init; }

    /// <summary>True when it was not built with the kernel.</summary>
    public bool IsThirdParty => Flags.Any(f => f is 'O' or 'P' or 'X');

    /// <inheritdoc/>
    public override string ToString() => Flags.Length == 0 ? Name : $"{Name}({Flags})";
}
