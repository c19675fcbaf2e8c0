using System.Globalization;
using System.Management.Automation;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>
/// Turns addresses that come as numbers into hexadecimal text. PowerShell reads <c>0xffffffff81000000</c> as a negative
/// <see cref="long"/> and <c>0x81000000</c> as a negative <see cref="int"/>; what is meant are the bits.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddressTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject { BaseObject: object?[] list } ? list : inputData) is object?[] several
            ? several.Select(Text).ToArray()
            : Text(inputData);

    private static object? Text(object? item)
    {
        // A literal on the command line remembers how it was typed; 16 digits without 0x are an address too.
        if (item is PSObject { BaseObject: int or long } literal
            && literal.ToString() is { } typed
            && (typed.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || typed.Length == 16))
        {
            return typed.TrimEnd('l', 'L', 'u', 'U');
        }

        return (item is PSObject wrapped ? wrapped.BaseObject : item) switch
        {
            int number => Hex(unchecked((uint)number)),
            uint number => Hex(number),
            long number => Hex(unchecked((ulong)number)),
            ulong number => Hex(number),
            VirtualAddress address => address.Hex,
            PhysicalAddress address => address.Hex,
            _ => item,
        };
    }

    private static string Hex(ulong number) => "0x" + number.ToString("x16", CultureInfo.InvariantCulture);
}
