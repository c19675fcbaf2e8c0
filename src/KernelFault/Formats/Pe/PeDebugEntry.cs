namespace KernelFault.Formats.Pe;

/// <summary>One entry of the debug directory (<c>IMAGE_DEBUG_DIRECTORY</c>).</summary>
/// <param name="Type">What it holds.</param>
/// <param name="TimeDateStamp">Its own stamp; the same as the header's as a rule.</param>
/// <param name="SizeOfData">Bytes of its data.</param>
/// <param name="AddressOfRawData">RVA of its data; 0 when it is not loaded.</param>
/// <param name="PointerToRawData">File offset of its data.</param>
public sealed record PeDebugEntry(PeDebugType Type, uint TimeDateStamp, uint SizeOfData, uint AddressOfRawData, uint PointerToRawData);
