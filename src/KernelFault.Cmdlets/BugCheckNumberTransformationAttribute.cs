using System.Globalization;
using System.Management.Automation;

namespace KernelFault.Cmdlets;

/// <summary>
/// Turns stop codes that come as numbers into text: what was typed, as PowerShell remembers it for a literal (<c>0xA</c> or
/// <c>10</c>), and the hexadecimal number for one that was computed or read from a dump, which is never ambiguous.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BugCheckNumberTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData switch
    {
        // A literal's own text is what its PSObject prints.
        PSObject { BaseObject: int } literal => literal.ToString(),
        PSObject { BaseObject: not PSCustomObject and var inner } => Transform(engineIntrinsics, inner),
        uint code => Hex(code),
        int code => Hex(unchecked((uint)code)),
        object?[] several => several.Select(item => Transform(engineIntrinsics, item)).ToArray(),
        _ => inputData,
    };

    private static string Hex(uint code) => "0x" + code.ToString("X", CultureInfo.InvariantCulture);
}
