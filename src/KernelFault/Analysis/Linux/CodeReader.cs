// Code: 0f 1f 44 00 00 <8b> 07 48 89 05 9d 21 00 00     the byte in brackets is where the instruction pointer stood
// x86 prints 42 bytes before it (PROLOGUE_SIZE) and 22 from it on. Where they begin is the middle of some instruction, so the
// start is moved until instructions fall on the marked byte.
using System.Globalization;
using Iced.Intel;
using KernelFault.Dumps;

namespace KernelFault.Analysis.Linux;

/// <summary>Disassembles the code bytes of a report.</summary>
internal sealed class CodeReader
{
    private const int BytesBefore = 42;
    private const int StartsTried = 15;
    private const int MaximumBytes = 256;

    /// <summary>KASAN_SHADOW_OFFSET of x86-64: the shadow of an address is at this plus an eighth of it.</summary>
    internal const ulong KasanShadow = 0xDFFFFC0000000000;

    private CodeReader(byte[] bytes, int marked)
    {
        Bytes = bytes;
        Marked = marked;
    }

    /// <summary>The bytes as printed.</summary>
    internal byte[] Bytes { get; }

    /// <summary>Index of the byte the instruction pointer stood on.</summary>
    internal int Marked { get; }

    /// <summary>The kernel's code bytes; those of the program that entered the kernel are left out.</summary>
    /// <returns>The bytes; null when none are printed.</returns>
    internal static CodeReader? Read(IReadOnlyList<string> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            string text = lines[i].TrimStart(' ');
            bool user = i > 0 && lines[i - 1].Contains("RIP: 0033:");
            if (!user && text.StartsWith("Code: ", StringComparison.Ordinal) && Parse(text.Substring("Code: ".Length)) is CodeReader code)
            {
                return code;
            }
        }

        return null;
    }

    /// <summary>The instruction pointer, where the kernel names the address of code it could not read: it stands 42 bytes further.</summary>
    internal static ulong? PointerOfUnreadable(IReadOnlyList<string> lines)
    {
        for (int i = 0; i < lines.Count && !lines[i].Contains("RIP: 0033:"); i++)
        {
            string line = lines[i];
            if (line.Contains("Unable to access opcode bytes at") && (RegisterReader.Value(line, "bytes at RIP ") ?? RegisterReader.Value(line, "bytes at ")) is ulong start)
            {
                return unchecked(start + BytesBefore);
            }
        }

        return null;
    }

    /// <summary>The instructions around the fault.</summary>
    /// <param name="pointer">The instruction pointer, or an offset that stands for it.</param>
    /// <param name="bitness">32 or 64.</param>
    /// <param name="faulting">The instruction of the fault; default when the bytes do not make sense.</param>
    /// <returns>One line an instruction; the one of the fault begins with an arrow.</returns>
    internal IReadOnlyList<string> Disassemble(ulong pointer, int bitness, out Instruction faulting)
    {
        for (int skip = 0; skip <= Math.Min(StartsTried, Marked); skip++)
        {
            if (TryFrom(skip, pointer, bitness, out List<string> lines, out faulting))
            {
                return lines;
            }
        }

        // No start fits: begin at the fault itself.
        return TryFrom(Marked, pointer, bitness, out List<string> tail, out faulting) ? tail : [];
    }

    /// <summary>An instruction in the notation of the kernel's documentation for x86 (Intel syntax).</summary>
    internal static string Text(in Instruction instruction)
    {
        var formatter = new MasmFormatter();
        formatter.Options.FirstOperandCharIndex = 0;
        var output = new StringOutput();
        formatter.Format(instruction, output);
        return output.ToStringAndReset();
    }

    /// <summary>The address an instruction uses, from the registers.</summary>
    /// <returns>The address; null when it uses none, or a register is not known.</returns>
    internal static ulong? EffectiveAddress(in Instruction instruction, RegisterSet registers)
    {
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            if (instruction.GetOpKind(operand) is not (OpKind.Memory or OpKind.MemorySegDI or OpKind.MemorySegEDI or OpKind.MemorySegRDI or OpKind.MemorySegSI or OpKind.MemorySegESI or OpKind.MemorySegRSI or OpKind.MemoryESDI or OpKind.MemoryESEDI or OpKind.MemoryESRDI))
            {
                continue;
            }

            ulong address = instruction.GetVirtualAddress(operand, 0, (register, _, _) => Value(register, registers) ?? 0);
            return Known(instruction, registers) ? address : null;
        }

        return null;
    }

    /// <summary>How an instruction uses the memory it names.</summary>
    internal static AccessKind Access(in Instruction instruction)
    {
        var factory = new InstructionInfoFactory();
        foreach (UsedMemory memory in factory.GetInfo(instruction).GetUsedMemory())
        {
            return memory.Access switch
            {
                OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite => AccessKind.Write,
                OpAccess.Read or OpAccess.CondRead => AccessKind.Read,
                _ => AccessKind.Unknown,
            };
        }

        return AccessKind.Unknown;
    }

    /// <summary>True if an instruction looks up the shadow of an address for KASAN.</summary>
    internal static bool UsesKasanShadow(in Instruction instruction, RegisterSet registers) =>
        Value(instruction.MemoryBase, registers) == KasanShadow || Value(instruction.MemoryIndex, registers) == KasanShadow || instruction.MemoryDisplacement64 == KasanShadow;

    private static CodeReader? Parse(string text)
    {
        var bytes = new List<byte>();
        int marked = -1;
        foreach (string word in text.Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            string digits = word.Trim('<', '>', '(', ')');
            if (digits.Length != 2 || !byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) || bytes.Count >= MaximumBytes)
            {
                break;
            }

            marked = digits.Length < word.Length && marked < 0 ? bytes.Count : marked;
            bytes.Add(value);
        }

        return marked < 0 ? null : new CodeReader([.. bytes], marked);
    }

    private bool TryFrom(int skip, ulong pointer, int bitness, out List<string> lines, out Instruction faulting)
    {
        lines = [];
        faulting = default;
        var decoder = Iced.Intel.Decoder.Create(bitness, new ByteArrayCodeReader(Bytes, skip, Bytes.Length - skip), unchecked(pointer - (ulong)(Marked - skip)));
        bool aligned = false;
        int at = skip;
        while (at < Bytes.Length)
        {
            Instruction instruction = decoder.Decode();
            if (instruction.IsInvalid)
            {
                // What follows the fault may end in the middle of an instruction; what precedes it may not.
                return aligned;
            }

            bool isFault = at == Marked;
            aligned |= isFault;
            faulting = isFault ? instruction : faulting;
            lines.Add((isFault ? "→ " : "  ") + Text(instruction));
            at += instruction.Length;
            if (at > Marked && !aligned)
            {
                return false;
            }
        }

        return aligned;
    }

    private static bool Known(in Instruction instruction, RegisterSet registers)
    {
        bool based = instruction.MemoryBase is Register.None or Register.RIP or Register.EIP || Value(instruction.MemoryBase, registers) is not null;
        bool indexed = instruction.MemoryIndex == Register.None || Value(instruction.MemoryIndex, registers) is not null;
        bool plainSegment = instruction.MemorySegment is not (Register.FS or Register.GS) || Value(instruction.MemorySegment, registers) is not null;
        return based && indexed && plainSegment;
    }

    private static ulong? Value(Register register, RegisterSet registers)
    {
        if (register is Register.CS or Register.DS or Register.ES or Register.SS)
        {
            return 0;
        }

        if (register == Register.None)
        {
            return null;
        }

        Register full = register.GetFullRegister();
        string name = full.ToString().ToLowerInvariant();
        ulong? value = registers[name] ?? registers["e" + name.TrimStart('r')];
        return value is null ? null : register.GetSize() == 4 && register.IsGPR() ? (uint)value : value;
    }
}
