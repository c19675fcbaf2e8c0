using System.Globalization;
using System.Management.Automation;

namespace KernelFault.Cmdlets;

/// <summary>
/// Turns stop codes that come as objects into the text a person would write: a <see cref="uint"/>, as a dump holds it, is
/// no less clear than <c>0x7E</c>, while an <see cref="int"/> may be digits that somebody typed.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BugCheckNumberTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData switch
    {
        PSObject { BaseObject: not PSCustomObject and var inner } => Transform(engineIntrinsics, inner),
        uint code => Hex(code),
        int code and < 0 => Hex(unchecked((uint)code)),
        object?[] several => several.Select(item => Transform(engineIntrinsics, item)).ToArray(),
        _ => inputData,
    };

    private static string Hex(uint code) => "0x" + code.ToString("X", CultureInfo.InvariantCulture);
}
