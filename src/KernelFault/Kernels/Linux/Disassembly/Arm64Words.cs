using System.Buffers.Binary;
using System.Globalization;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Disassembly;

/// <summary>Lists A64 code by its instruction words: they are told apart and named by their function, not decoded.</summary>
internal static class Arm64Words
{
    private const int MaximumInstructions = 100_000;

    /// <summary>Lists instructions.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="symbols">Its symbols.</param>
    /// <param name="address">The first.</param>
    /// <param name="count">How many at most.</param>
    /// <returns>As many as the dump holds.</returns>
    internal static List<DisassembledInstruction> List(IMemoryReader memory, LinuxSymbols symbols, VirtualAddress address, int count)
    {
        var found = new List<DisassembledInstruction>(Math.Min(Math.Max(count, 0), 64));
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < Math.Min(count, MaximumInstructions) && memory.TryRead(address + ((ulong)i * 4), bytes); i++)
        {
            VirtualAddress at = address + ((ulong)i * 4);
            string word = BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString("x8", CultureInfo.InvariantCulture);
            found.Add(new DisassembledInstruction
            {
                Address = at,
                Symbol = symbols.Find(at)?.PlaceOf(at),
                Bytes = word,
                Text = ".inst 0x" + word,
            });
        }

        return found;
    }
}
