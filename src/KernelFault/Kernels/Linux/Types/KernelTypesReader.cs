using KernelFault.Formats;
using KernelFault.Formats.Btf;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Fetches a kernel's BTF from its memory.</summary>
/// <remarks>
/// All of it at once: a question needs the names, which are its second half, and one pass over the records, which are its first.
/// 5 MB in one buffer without a second copy is the least that answers them.
/// </remarks>
internal static class KernelTypesReader
{
    // Debian's kernels have 4 to 6 MB; allyesconfig has some 30.
    private const int MaximumLength = 128 * 1024 * 1024;

    /// <summary>Reads the kernel's own BTF.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="start">The symbol <c>__start_BTF</c>.</param>
    /// <param name="stop">The symbol <c>__stop_BTF</c>.</param>
    /// <exception cref="DumpFormatException">The memory is not in the dump, or holds no BTF that is read here.</exception>
    internal static KernelTypes Read(IMemoryReader memory, VirtualAddress start, VirtualAddress stop) =>
        new(new BtfFile("vmlinux BTF", ReadBytes(memory, "vmlinux BTF", start, stop - start)));

    /// <summary>Reads the BTF of a module, which goes on from the kernel's.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="kernel">The kernel's types.</param>
    /// <param name="module">The module's name.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="DumpFormatException">The memory is not in the dump, or holds no BTF that is read here.</exception>
    internal static KernelTypes ReadModule(IMemoryReader memory, KernelTypes kernel, string module, VirtualAddress address, ulong length)
    {
        string path = PrintableText.Clean(module) + " BTF";
        return new KernelTypes(new BtfFile(path, ReadBytes(memory, path, address, length), kernel.Btf));
    }

    private static byte[] ReadBytes(IMemoryReader memory, string path, VirtualAddress address, ulong length)
    {
        if (length > MaximumLength)
        {
            throw new DumpFormatException(path, 0, "at most 128 MB of BTF expected, not 0x" + length.ToString("x", System.Globalization.CultureInfo.InvariantCulture) + " bytes");
        }

        // A first page that is missing says that all is: nothing as large as the symbols claim is asked for then.
        if (length != 0 && memory.Read(address, stackalloc byte[1]) == 0)
        {
            throw new DumpFormatException(path, 0, "BTF expected at " + address.Hex + ", which the dump does not hold");
        }

#if NET
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
#else
        byte[] bytes = new byte[(int)length];
#endif
        int read = memory.Read(address, bytes);
        if (read != bytes.Length)
        {
            throw new DumpFormatException(path, read, "more BTF expected: the dump does not hold the memory at " + (address + (ulong)read).Hex);
        }

        return bytes;
    }
}
