using System.Buffers.Binary;
using System.Globalization;
using KernelFault.Dumps;

namespace KernelFault.Analysis;

// A64 loads and stores, from the instruction-set encoding tables of the Arm Architecture Reference Manual (section "Loads and Stores").
// Bits 27 and 25 are x1x0 for the whole group. Only what memory an instruction uses is decoded here, plus the text of the common forms.

/// <summary>Decodes what memory an ARM64 load or store uses.</summary>
internal static class Arm64InstructionDecoder
{
    internal static DecodedInstruction? Decode(ReadOnlySpan<byte> code, ulong instructionPointer, RegisterSet registers)
    {
        if (code.Length < 4)
        {
            return null;
        }

        uint word = BinaryPrimitives.ReadUInt32LittleEndian(code);
        Arm64Access? access = Arm64LoadStore.Decode(word);
        if (access is not { } use)
        {
            return new DecodedInstruction(4, null, []);
        }

        ulong? baseValue = use.IsLiteral ? instructionPointer : Register(registers, use.Base);
        ulong? indexValue = use.Index < 0 ? 0 : Index(registers, use);
        ulong? address = baseValue is { } start && indexValue is { } index ? unchecked(start + index + (ulong)use.Offset) : null;
        string baseName = use.IsLiteral ? "pc" : Name(use.Base, stackPointer: true);
        string? indexName = use.Index < 0 ? null : Name(use.Index, stackPointer: false);
        return new DecodedInstruction(4, use.Text, [new MemoryOperand(Operand(baseName, indexName, use.Offset), baseName, baseValue, indexName, use.Offset, address, use.Kind, use.Size, Implicit: false)]);
    }

    private static string Operand(string baseName, string? indexName, long offset)
    {
        string text = "[" + baseName;
        if (indexName is not null)
        {
            text += "," + indexName;
        }

        if (offset != 0)
        {
            text += (offset < 0 ? ",#-0x" : ",#0x") + Math.Abs(offset).ToString("X", CultureInfo.InvariantCulture);
        }

        return text + "]";
    }

    private static ulong? Index(RegisterSet registers, Arm64Access use)
    {
        ulong? value = use.Index == 31 ? 0 : Register(registers, use.Index);
        if (value is not { } whole)
        {
            return null;
        }

        ulong extended = use.Extend switch
        {
            2 => (uint)whole,
            6 => unchecked((ulong)(int)whole),
            _ => whole,
        };
        return extended << use.Shift;
    }

    private static ulong? Register(RegisterSet registers, int number) => number switch
    {
        29 => registers["fp"] ?? registers["x29"],
        30 => registers["lr"] ?? registers["x30"],
        31 => registers["sp"],
        _ => registers["x" + number.ToString(CultureInfo.InvariantCulture)],
    };

    internal static string Name(int number, bool stackPointer) => number switch
    {
        29 => "fp",
        30 => "lr",
        31 => stackPointer ? "sp" : "xzr",
        _ => "x" + number.ToString(CultureInfo.InvariantCulture),
    };
}
