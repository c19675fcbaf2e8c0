using System.Buffers.Binary;
using KernelFault.Formats.Orc;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Formats.Orc;

/// <summary>Writes ORC tables as the kernel's build does.</summary>
internal static class OrcBytes
{
    /// <summary>An entry of 6.4 and later, with the registers as numbered before 7.</summary>
    internal static byte[] Entry(OrcRegister sp, int spOffset, OrcRegister bp, int bpOffset, int type, bool signal = false) =>
        Raw(spOffset, bpOffset, Number(sp) | (Number(bp) << 4) | (type << 8) | (signal ? 1 << 11 : 0));

    /// <summary>An entry from its three 16-bit words.</summary>
    internal static byte[] Raw(int spOffset, int bpOffset, int flags)
    {
        var bytes = new byte[OrcLayout.EntrySize];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)spOffset);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2), (short)bpOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)flags);
        return bytes;
    }

    private static int Number(OrcRegister register) => register switch
    {
        OrcRegister.PreviousSp => 1,
        OrcRegister.Rdx => 2,
        OrcRegister.Rdi => 3,
        OrcRegister.Rbp => 4,
        OrcRegister.Rsp => 5,
        OrcRegister.R10 => 6,
        OrcRegister.R13 => 7,
        OrcRegister.RbpIndirect => 8,
        OrcRegister.RspIndirect => 9,
        _ => 0,
    };

    /// <summary>Puts both arrays into memory.</summary>
    internal static void Write(SparseMemory memory, ulong addresses, ulong entries, IReadOnlyList<(ulong Start, byte[] Entry)> rows)
    {
        var ip = new byte[rows.Count * 4];
        var orc = new byte[rows.Count * OrcLayout.EntrySize];
        for (int i = 0; i < rows.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(ip.AsSpan(i * 4), (int)(long)(rows[i].Start - (addresses + ((ulong)i * 4))));
            rows[i].Entry.CopyTo(orc, i * OrcLayout.EntrySize);
        }

        memory.Add(addresses, ip).Add(entries, orc);
    }
}
