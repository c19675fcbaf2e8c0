using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary>One entry of a triage dump's list of loaded drivers (<c>DUMP_DRIVER_ENTRY</c> over <c>KLDR_DATA_TABLE_ENTRY</c>).</summary>
/// <param name="FullName">The path or bare name in the string pool, raw; empty when damaged.</param>
/// <param name="BaseAddress">First byte in memory.</param>
/// <param name="SizeOfImage">Size in memory, in bytes.</param>
/// <param name="TimeDateStamp">Of the image; null when the entry's layout does not hold it.</param>
/// <param name="CheckSum">Of the image; null when the entry's layout does not hold it.</param>
public sealed record TriageDriver(string FullName, VirtualAddress BaseAddress, uint SizeOfImage, uint? TimeDateStamp, uint? CheckSum);
