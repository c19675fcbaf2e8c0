namespace KernelFault.Formats.Pe;

/// <summary>One entry of the exception directory (<c>.pdata</c>, <c>IMAGE_RUNTIME_FUNCTION_ENTRY</c>).</summary>
/// <remarks>
/// x64 entries hold begin, end and the RVA of an <c>UNWIND_INFO</c>. ARM64 entries hold begin and a word that is either the RVA
/// of an <c>.xdata</c> record or, when its low two bits are set, the packed unwind data itself.
/// </remarks>
/// <param name="BeginAddress">RVA of the first byte of the function or fragment.</param>
/// <param name="EndAddress">RVA of the byte after its last.</param>
/// <param name="UnwindData">x64: RVA of <c>UNWIND_INFO</c>. ARM64: RVA of <c>.xdata</c>, or packed data.</param>
public readonly record struct RuntimeFunction(uint BeginAddress, uint EndAddress, uint UnwindData)
{
    /// <summary>True if <paramref name="rva"/> lies in it.</summary>
    /// <param name="rva">Bytes from the image's base.</param>
    /// <returns>Whether it is inside.</returns>
    public bool Contains(uint rva) => rva >= BeginAddress && rva < EndAddress;
}
