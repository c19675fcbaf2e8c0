using System.Globalization;
using System.Text;
using Iced.Intel;
using KernelFault.Dumps;
using Decoder = Iced.Intel.Decoder;

namespace KernelFault.Analysis;

/// <summary>Decodes x86 and x64 instructions and what memory they use.</summary>
internal static class X86InstructionDecoder
{
    /// <summary>Decodes one instruction.</summary>
    /// <param name="code">Its bytes, with more behind them.</param>
    /// <param name="bitness">32 or 64.</param>
    /// <param name="instructionPointer">Its address.</param>
    /// <param name="registers">The registers before it ran.</param>
    /// <returns>The instruction; null if the bytes are none, or are cut short.</returns>
    internal static DecodedInstruction? Decode(ReadOnlySpan<byte> code, int bitness, ulong instructionPointer, RegisterSet registers)
    {
        Decoder decoder = Decoder.Create(bitness, new ByteArrayCodeReader(code.ToArray()));
        decoder.IP = instructionPointer;
        decoder.Decode(out Instruction instruction);
        if (instruction.IsInvalid)
        {
            return null;
        }

        return new DecodedInstruction(instruction.Length, Format(instruction), Operands(instruction, bitness, registers));
    }

    // As WinDbg writes it: "mov qword ptr [rcx+28h],rax".
    private static string Format(in Instruction instruction)
    {
        var formatter = new MasmFormatter();
        formatter.Options.SpaceAfterOperandSeparator = false;
        formatter.Options.MemorySizeOptions = MemorySizeOptions.Always;
        formatter.Options.ShowBranchSize = false;
        formatter.Options.SmallHexNumbersInDecimal = true;
        formatter.Options.RipRelativeAddresses = false;
        var output = new StringOutput();
        formatter.Format(instruction, output);
        return output.ToStringAndReset();
    }

    private static List<MemoryOperand> Operands(in Instruction instruction, int bitness, RegisterSet registers)
    {
        bool explicitMemory = false;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            explicitMemory |= instruction.GetOpKind(i) is OpKind.Memory or (>= OpKind.MemorySegSI and <= OpKind.MemoryESRDI);
        }

        var operands = new List<MemoryOperand>();
        InstructionInfo info = new InstructionInfoFactory().GetInfo(instruction);
        foreach (UsedMemory memory in info.GetUsedMemory())
        {
            AccessKind access = memory.Access switch
            {
                OpAccess.Read or OpAccess.CondRead => AccessKind.Read,
                OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite => AccessKind.Write,
                _ => AccessKind.Unknown,
            };
            if (access == AccessKind.Unknown)
            {
                continue;
            }

            // A push of a memory operand uses the stack as well: what the text names comes from the instruction itself.
            bool stack = memory.Base is Register.RSP or Register.ESP && instruction.IsStackInstruction
                && (!explicitMemory || instruction.MemoryBase != memory.Base || unchecked((long)memory.Displacement) != unchecked((long)instruction.MemoryDisplacement64));
            operands.Add(Operand(memory, access, bitness, registers, stack));
        }

        return operands;
    }

    private static MemoryOperand Operand(in UsedMemory memory, AccessKind access, int bitness, RegisterSet registers, bool stack)
    {
        long displacement = bitness == 32 ? (int)(uint)memory.Displacement : unchecked((long)memory.Displacement);
        ulong? baseValue = Value(memory.Base, registers);
        ulong? indexValue = Value(memory.Index, registers);
        ulong? segmentBase = SegmentBase(memory.Segment, bitness, registers);
        ulong? address = null;
        if ((memory.Base == Register.None || baseValue is not null)
            && (memory.Index == Register.None || (indexValue is not null && !memory.Index.IsVectorRegister()))
            && segmentBase is not null)
        {
            ulong linear = unchecked((baseValue ?? 0) + ((indexValue ?? 0) * (ulong)memory.Scale) + (ulong)displacement);
            linear = memory.AddressSize == CodeSize.Code32 ? (uint)linear : linear;
            address = unchecked(linear + segmentBase.Value);
            address = bitness == 32 ? (uint)address : address;
        }

        return new MemoryOperand(
            Text(memory, displacement, bitness),
            Name(memory.Base),
            baseValue,
            Name(memory.Index),
            displacement,
            address,
            access,
            memory.MemorySize.GetSize(),
            stack);
    }

    private static ulong? Value(Register register, RegisterSet registers)
    {
        if (register == Register.None || !register.IsGPR())
        {
            return null;
        }

        ulong? whole = registers[Name(register)!] ?? registers[Name(register.GetFullRegister())!];
        return register.GetSize() switch
        {
            4 => (uint?)whole,
            2 => (ushort?)whole,
            _ => whole,
        };
    }

    // Only FS and GS have bases other than 0 here; a context does not hold them.
    private static ulong? SegmentBase(Register segment, int bitness, RegisterSet registers) => segment switch
    {
        Register.GS when bitness == 64 => registers["gsbase"],
        Register.FS when bitness == 64 => registers["fsbase"],
        Register.FS => registers["fsbase"],
        _ => 0,
    };

    private static string? Name(Register register) => register == Register.None ? null : register.ToString().ToLowerInvariant();

    private static string Text(in UsedMemory memory, long displacement, int bitness)
    {
        var text = new StringBuilder();
        if (memory.Segment is Register.FS or Register.GS)
        {
            text.Append(Name(memory.Segment)).Append(':');
        }

        text.Append('[').Append(Name(memory.Base));
        if (memory.Index != Register.None)
        {
            text.Append(memory.Base == Register.None ? string.Empty : "+").Append(Name(memory.Index));
            text.Append(memory.Scale > 1 ? "*" + memory.Scale.ToString(CultureInfo.InvariantCulture) : string.Empty);
        }

        bool alone = memory.Base == Register.None && memory.Index == Register.None;
        if (alone)
        {
            text.Append(Hex(bitness == 32 ? (uint)displacement : unchecked((ulong)displacement)));
        }
        else if (displacement != 0)
        {
            text.Append(displacement < 0 ? '-' : '+').Append(Hex(displacement < 0 ? unchecked((ulong)-displacement) : (ulong)displacement));
        }

        return text.Append(']').ToString();
    }

    private static string Hex(ulong value)
    {
        if (value < 10)
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        string digits = value.ToString("X", CultureInfo.InvariantCulture) + "h";
        return digits[0] > '9' ? "0" + digits : digits;
    }
}
