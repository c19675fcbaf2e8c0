using System.Globalization;
using KernelFault.Formats;
using KernelFault.Formats.Registry;

namespace KernelFault.Hosts;

/// <summary>A change of one registry value.</summary>
/// <param name="Key">A key that exists, such as <c>HKLM\SYSTEM\CurrentControlSet\Control\CrashControl</c>.</param>
/// <param name="Name">The value's name.</param>
/// <param name="Data">What it is to be; null for a value that is to go.</param>
internal sealed record RegistryChange(string Key, string Name, RegistryData? Data)
{
    /// <summary>The change as a program of Windows does it: arguments one by one, never a command line.</summary>
    internal ProgramCall Call() => Data is null
        ? new ProgramCall("reg.exe", "delete", Key, "/v", Name, "/f")
        : new ProgramCall("reg.exe", "add", Key, "/v", Name, "/t", TypeName(Data.Type), "/d", DataText(Data), "/f");

    /// <summary>The change as a person reads it.</summary>
    internal string Text() => PrintableText.Clean(Data is null ? $"Delete {Name} of {Key}" : $"Set {Name} of {Key} to {ShownText(Data)}");

    private static string TypeName(HiveValueType type) => type switch
    {
        HiveValueType.String => "REG_SZ",
        HiveValueType.ExpandString => "REG_EXPAND_SZ",
        HiveValueType.Binary => "REG_BINARY",
        HiveValueType.DWord => "REG_DWORD",
        HiveValueType.MultiString => "REG_MULTI_SZ",
        HiveValueType.QWord => "REG_QWORD",
        _ => throw new NotSupportedException($"Values of type {type} are not written."),
    };

    // reg.exe takes numbers in decimal or hexadecimal, bytes as digits without prefix, and \0 between the texts of a list.
    private static string DataText(RegistryData data) => data.Type switch
    {
        HiveValueType.Binary => Hexadecimal.Of(data.Bytes),
        HiveValueType.MultiString => string.Join("\\0", data.Texts!),
        HiveValueType.DWord or HiveValueType.QWord => data.Number!.Value.ToString(CultureInfo.InvariantCulture),
        _ => data.Text!,
    };

    private static string ShownText(RegistryData data) => data.Type switch
    {
        HiveValueType.DWord or HiveValueType.QWord => FormattableString.Invariant($"0x{data.Number:X}"),
        HiveValueType.MultiString => "'" + string.Join("', '", data.Texts!) + "'",
        HiveValueType.Binary => FormattableString.Invariant($"{data.Bytes.Length} bytes"),
        _ => "'" + data.Text + "'",
    };
}
