using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// ARM64 exception handling (https://learn.microsoft.com/cpp/build/arm64-exception-handling). The second word of a .pdata entry is
// either the RVA of an .xdata record or packed data for the canonical prologue:
//   .xdata: function length in words (18 bits), version (2, must be 0), X (1: handler), E (1: one epilogue at the end, whose first
//     code is where the epilogue count stands), epilogue count (5), code words (5); if both counts are 0 a second word holds them
//     in 16 and 8 bits. Then the epilogue scopes (start in words: 18 bits, first code: 10 bits from bit 22), then the codes.
//   packed: flag (2), length in words (11), RegF (3), RegI (4), H (1), CR (2), frame size in 16 bytes (9). It is expanded here into
//     the codes that an .xdata record would hold, so that only one interpreter is needed.
// Codes stand in the order that undoes the prologue; each stands for one instruction, so that a position inside a prologue or
// epilogue is a number of codes to skip.

/// <summary>The unwind information of one ARM64 function.</summary>
internal sealed class Arm64UnwindInfo
{
    private const int MaximumEpilogs = 0x10000;

    private Arm64UnwindInfo(uint functionWords, byte[] codes, (uint Start, int Code)[] epilogs, int? endCode)
    {
        FunctionWords = functionWords;
        Codes = codes;
        Epilogs = epilogs;
        EndEpilogCode = endCode;
    }

    /// <summary>Length of the function in instructions.</summary>
    internal uint FunctionWords { get; }

    /// <summary>Unwind codes, the prologue's first.</summary>
    internal byte[] Codes { get; }

    /// <summary>Epilogues: first instruction from the function's start, and index of the first code.</summary>
    internal (uint Start, int Code)[] Epilogs { get; }

    /// <summary>Index of the first code of the one epilogue that ends the function; null when they are listed.</summary>
    internal int? EndEpilogCode { get; }

    internal static Arm64UnwindInfo? Read(PeImage image, RuntimeFunction function) => (function.UnwindData & 3) switch
    {
        0 => ReadRecord(image, function.UnwindData),
        1 => Expand(function.UnwindData, fragment: false),
        2 => Expand(function.UnwindData, fragment: true),
        _ => null,
    };

    private static Arm64UnwindInfo? ReadRecord(PeImage image, uint rva)
    {
        ReadOnlySpan<byte> head = image.Window(rva, 8);
        if (head.Length < 4)
        {
            return null;
        }

        uint header = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (((header >> 18) & 3) != 0)
        {
            return null;
        }

        int epilogs = (int)(header >> 22) & 31;
        int words = (int)(header >> 27) & 31;
        uint at = rva + 4;
        if (epilogs == 0 && words == 0)
        {
            if (head.Length < 8)
            {
                return null;
            }

            uint extension = BinaryPrimitives.ReadUInt32LittleEndian(head.Slice(4));
            epilogs = (int)(extension & 0xFFFF);
            words = (int)(extension >> 16) & 0xFF;
            at += 4;
        }

        bool single = (header & (1 << 21)) != 0;
        int scopes = single ? 0 : Math.Min(epilogs, MaximumEpilogs);
        ReadOnlySpan<byte> body = image.Window(at, (scopes + words) * 4);
        if (body.Length < (scopes + words) * 4)
        {
            return null;
        }

        var list = new (uint, int)[scopes];
        for (int i = 0; i < scopes; i++)
        {
            uint scope = BinaryPrimitives.ReadUInt32LittleEndian(body.Slice(i * 4));
            list[i] = (scope & 0x3FFFF, (int)(scope >> 22));
        }

        return new Arm64UnwindInfo(header & 0x3FFFF, body.Slice(scopes * 4).ToArray(), list, single ? epilogs : null);
    }

    private static Arm64UnwindInfo Expand(uint packed, bool fragment)
    {
        int floats = (int)(packed >> 13) & 7;
        int integers = (int)(packed >> 16) & 15;
        bool homes = (packed & (1 << 20)) != 0;
        int chain = (int)(packed >> 21) & 3;
        int frame = (int)(packed >> 23) * 16;

        // The canonical prologue, first instruction first.
        var prologue = new List<byte[]>();
        bool linkOnly = chain == 1;
        int saved = Round((integers + (linkOnly ? 1 : 0) + (floats == 0 ? 0 : floats + 1)) * 8, homes);
        if (chain == 2)
        {
            prologue.Add([0xFC]);
        }

        bool allocated = SaveIntegers(prologue, integers, linkOnly, saved, out int slot);
        allocated = SaveFloats(prologue, floats == 0 ? 0 : floats + 1, saved, slot, allocated);
        int homeAt = prologue.Count;
        if (homes && allocated)
        {
            prologue.AddRange([[0xE3], [0xE3], [0xE3], [0xE3]]);
        }

        int local = frame - saved;
        bool chained = chain >= 2;
        if (local > 0)
        {
            AllocateLocals(prologue, local, chained);
        }

        var codes = new List<byte>();
        if (fragment)
        {
            // The prologue ran elsewhere: nothing of this piece is prologue or epilogue.
            codes.Add(0xE5);
        }

        Append(codes, prologue, 0, 0);
        int? epilog = null;
        if (!fragment)
        {
            // The epilogue is the same without "mov fp,sp" and without the homing of parameters.
            epilog = codes.Count;
            Append(codes, prologue, homes && allocated ? homeAt : -1, chained && local > 0 ? 1 : 0);
        }

        return new Arm64UnwindInfo((packed >> 2) & 0x7FF, [.. codes], [], epilog);
    }

    private static int Round(int bytes, bool homes) => (bytes + (homes && bytes > 0 ? 64 : 0) + 15) & ~15;

    private static bool SaveIntegers(List<byte[]> prologue, int count, bool link, int saved, out int slot)
    {
        slot = 0;
        bool allocated = false;
        if (count == 1 && link)
        {
            // No pre-indexed form stores x19 with lr.
            prologue.Add([(byte)(saved / 16)]);
            allocated = true;
        }

        int register = 0;
        for (; register + 1 < count; register += 2)
        {
            prologue.Add(allocated ? Code(0xC8, 6, register, slot) : Code(0xCC, 6, register, (saved / 8) - 1));
            allocated = true;
            slot += 2;
        }

        if (register < count && link)
        {
            prologue.Add(Code(0xD6, 6, register / 2, slot));
            slot += 2;
        }
        else if (register < count || link)
        {
            int number = register < count ? register : 11;
            prologue.Add(allocated ? Code(0xD0, 6, number, slot) : Code(0xD4, 5, number, (saved / 8) - 1));
            allocated = true;
            slot++;
        }

        return allocated;
    }

    private static bool SaveFloats(List<byte[]> prologue, int count, int saved, int slot, bool allocated)
    {
        int register = 0;
        for (; register + 1 < count; register += 2)
        {
            prologue.Add(allocated ? Code(0xD8, 6, register, slot) : Code(0xDA, 6, register, (saved / 8) - 1));
            allocated = true;
            slot += 2;
        }

        if (register < count)
        {
            prologue.Add(allocated ? Code(0xDC, 6, register, slot) : Code(0xDE, 5, register, (saved / 8) - 1));
            allocated = true;
        }

        return allocated;
    }

    private static void AllocateLocals(List<byte[]> prologue, int bytes, bool chained)
    {
        if (chained && bytes <= 512)
        {
            prologue.Add([(byte)(0x80 | ((bytes / 8) - 1))]);
        }
        else
        {
            // "sub sp,sp,#imm" reaches 4095 bytes: larger frames take two instructions.
            int first = Math.Min(bytes, 4080);
            prologue.Add(Allocate(first));
            if (bytes > first)
            {
                prologue.Add(Allocate(bytes - first));
            }

            if (chained)
            {
                prologue.Add([0x40]);
            }
        }

        if (chained)
        {
            prologue.Add([0xE1]);
        }
    }

    private static byte[] Allocate(int bytes) => bytes < 512 ? [(byte)(bytes / 16)] : [(byte)(0xC0 | (bytes >> 12)), (byte)(bytes >> 4)];

    // Two-byte codes: an opcode, a register number and an offset of 'low' bits.
    private static byte[] Code(int opcode, int low, int register, int offset)
    {
        int value = (opcode << 8) | (register << low) | offset;
        return [(byte)(value >> 8), (byte)value];
    }

    private static void Append(List<byte> codes, List<byte[]> prologue, int homeAt, int skipLast)
    {
        for (int i = prologue.Count - 1 - skipLast; i >= 0; i--)
        {
            if (homeAt <= 0 || i < homeAt || i >= homeAt + 4)
            {
                codes.AddRange(prologue[i]);
            }
        }

        codes.Add(0xE4);
    }
}
