using System.Globalization;
using System.Management.Automation;

namespace KernelFault.Cmdlets;

/// <summary>
/// Turns stop codes that come as numbers into hexadecimal text: one that was read from a dump or stands in a list is not
/// ambiguous. A single <see cref="int"/> is left alone, because PowerShell turns a literal into the text that was typed:
/// <c>0xA</c>, or <c>10</c>, which may have been meant as 0x10.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BugCheckNumberTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            uint code => Hex(code),
            int code and < 0 => Hex(unchecked((uint)code)),
            object?[] several => several.Select(Listed).ToArray(),
            _ => inputData,
        };

    private static object? Listed(object? item) => (item is PSObject wrapped ? wrapped.BaseObject : item) switch
    {
        uint code => Hex(code),
        int code => Hex(unchecked((uint)code)),
        _ => item,
    };

    private static string Hex(uint code) => "0x" + code.ToString("X", CultureInfo.InvariantCulture);
}
