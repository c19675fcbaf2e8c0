using System.Globalization;

namespace KernelFault.Memory;

/// <summary>An address as the crashed processor used it.</summary>
/// <remarks>
/// A type of its own so that a physical address cannot be passed for a virtual one. The only public property is
/// <see cref="Hex"/>: PowerShell's <c>ConvertTo-Json</c> and JSON readers without 64-bit integers then keep every bit.
/// </remarks>
public readonly record struct VirtualAddress : IComparable<VirtualAddress>, IFormattable
{
    private readonly ulong _value;

    /// <summary>Wraps a bare number.</summary>
    /// <param name="value">The address in bytes.</param>
    public VirtualAddress(ulong value) => _value = value;

    /// <summary>The address as <c>0x</c> and 16 hexadecimal digits.</summary>
    public string Hex => "0x" + _value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The bare number, for arithmetic inside a reader.</summary>
    /// <returns>The address in bytes.</returns>
    public ulong ToUInt64() => _value;

    /// <inheritdoc/>
    public int CompareTo(VirtualAddress other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>Formats the bare number; without a format, as <see cref="Hex"/>.</summary>
    /// <param name="format">A numeric format for a 64-bit unsigned integer, or null.</param>
    /// <param name="formatProvider">Not used for hexadecimal output.</param>
    /// <returns>The text.</returns>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        string.IsNullOrEmpty(format) ? Hex : _value.ToString(format, formatProvider);

    /// <summary>Moves forward; wraps at 2^64 as the processor does.</summary>
    /// <param name="address">Where from.</param>
    /// <param name="bytes">How far, in bytes.</param>
    public static VirtualAddress operator +(VirtualAddress address, ulong bytes) => new(unchecked(address._value + bytes));

    /// <summary>The distance in bytes from <paramref name="right"/> up to <paramref name="left"/>, modulo 2^64.</summary>
    /// <param name="left">The higher address.</param>
    /// <param name="right">The lower address.</param>
    public static ulong operator -(VirtualAddress left, VirtualAddress right) => unchecked(left._value - right._value);

    /// <summary>Adds <paramref name="bytes"/>.</summary>
    /// <param name="bytes">How far, in bytes.</param>
    /// <returns>The address that far up.</returns>
    public VirtualAddress Add(ulong bytes) => this + bytes;

    /// <summary>The distance to <paramref name="lower"/>.</summary>
    /// <param name="lower">The lower address.</param>
    /// <returns>Bytes, modulo 2^64.</returns>
    public ulong Subtract(VirtualAddress lower) => this - lower;

    /// <summary>True if <paramref name="left"/> lies below.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(VirtualAddress left, VirtualAddress right) => left._value < right._value;

    /// <summary>True if <paramref name="left"/> lies above.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(VirtualAddress left, VirtualAddress right) => left._value > right._value;

    /// <summary>True if <paramref name="left"/> lies below or is the same.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(VirtualAddress left, VirtualAddress right) => left._value <= right._value;

    /// <summary>True if <paramref name="left"/> lies above or is the same.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(VirtualAddress left, VirtualAddress right) => left._value >= right._value;

    /// <summary>The bare number.</summary>
    /// <param name="address">The address.</param>
    public static explicit operator ulong(VirtualAddress address) => address._value;
}
