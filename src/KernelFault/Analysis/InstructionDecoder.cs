using System.Globalization;
using System.Text;
using KernelFault.Dumps;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;

namespace KernelFault.Analysis;

/// <summary>Decodes the instruction that faulted, and computes the address it used.</summary>
/// <remarks>
/// Bytes come from the dump where it holds them, else from the module's image, relocated as the loader did. The library that
/// disassembles x86 and x64 is not touched before an instruction really is decoded: its tables cost more than an analysis.
/// </remarks>
public sealed class InstructionDecoder
{
    private const int LongestInstruction = 15;

    private readonly IReadOnlyList<KernelModule> _modules;
    private readonly IMemoryReader _memory;
    private readonly CodeMemory _code;

    /// <summary>A decoder for one dump.</summary>
    /// <param name="memory">Memory of the crashed machine.</param>
    /// <param name="modules">Its modules.</param>
    /// <param name="images">Their images, as far as at hand.</param>
    public InstructionDecoder(IMemoryReader memory, IReadOnlyList<KernelModule> modules, ImageStore images)
    {
        _memory = memory;
        _modules = modules;
        _code = new CodeMemory(memory, images);
    }

    /// <summary>Decodes one instruction.</summary>
    /// <param name="instructionPointer">Its address.</param>
    /// <param name="registers">The registers before it ran; their architecture says how to decode.</param>
    /// <param name="faultAddress">The address that could not be used, to tell which of several memory operands it was; null when not known.</param>
    /// <returns>What is known of it: without code at hand only the module and offset.</returns>
    public FaultInstruction Decode(VirtualAddress instructionPointer, RegisterSet registers, VirtualAddress? faultAddress = null)
    {
        KernelModule? module = ModuleIndex.Find(_modules, instructionPointer);
        var instruction = new FaultInstruction
        {
            Address = instructionPointer,
            Module = module?.Name,
            Offset = module is null ? null : (uint)(instructionPointer - module.BaseAddress),
        };

        Span<byte> code = stackalloc byte[LongestInstruction];
        int length = _code.Read(instructionPointer.ToUInt64(), module, code, out PeImage? origin);
        if (length == 0)
        {
            return instruction;
        }

        code = code.Slice(0, length);
        DecodedInstruction? decoded = registers.Architecture switch
        {
            Architecture.X64 => X86InstructionDecoder.Decode(code, 64, instructionPointer.ToUInt64(), registers),
            Architecture.X86 => X86InstructionDecoder.Decode(code, 32, instructionPointer.ToUInt64(), registers),
            Architecture.Arm64 => Arm64InstructionDecoder.Decode(code, instructionPointer.ToUInt64(), registers),
            _ => null,
        };

        // Bytes that are no instruction are worth showing too: the pointer went astray, or the code is damaged.
        instruction = instruction with
        {
            Bytes = Hex(code.Slice(0, decoded?.Length ?? Math.Min(length, registers.Architecture == Architecture.Arm64 ? 4 : 8))),
            Text = decoded?.Text,
            Origin = origin is null ? "dump" : "image " + Path.GetFileName(origin.Name),
        };
        return decoded is null ? instruction : WithOperand(instruction, Choose(decoded.Operands, faultAddress));
    }

    /// <summary>The bytes around an instruction, for a report.</summary>
    /// <param name="instructionPointer">The instruction.</param>
    /// <param name="before">How many bytes before it, at most 64.</param>
    /// <param name="after">How many bytes from it on, at most 64.</param>
    /// <returns>Hexadecimal bytes, the instruction's first one in angle brackets; null when the dump does not hold it.</returns>
    public string? CodeBytesAround(VirtualAddress instructionPointer, int before = 32, int after = 16)
    {
        before = Math.Max(0, Math.Min(before, 64));
        Span<byte> code = stackalloc byte[Math.Max(1, Math.Min(after, 64))];
        int length = Math.Min(_memory.Read(instructionPointer, code), code.Length);
        if (length <= 0)
        {
            return null;
        }

        var text = new StringBuilder();
        Span<byte> one = stackalloc byte[1];
        while (before > 0 && _memory.Read(new VirtualAddress(unchecked(instructionPointer.ToUInt64() - (ulong)before)), one) == 0)
        {
            before--;
        }

        Span<byte> lead = stackalloc byte[64];
        int leading = before == 0 ? 0 : _memory.Read(new VirtualAddress(unchecked(instructionPointer.ToUInt64() - (ulong)before)), lead.Slice(0, before));
        for (int i = 0; leading == before && i < before; i++)
        {
            text.Append(lead[i].ToString("x2", CultureInfo.InvariantCulture)).Append(' ');
        }

        for (int i = 0; i < length; i++)
        {
            string hex = code[i].ToString("x2", CultureInfo.InvariantCulture);
            text.Append(i == 0 ? "<" + hex + ">" : " " + hex);
        }

        return text.ToString();
    }

    /// <summary>The operand that the fault is about: the one that covers the address, else the first that is written out.</summary>
    private static MemoryOperand? Choose(IReadOnlyList<MemoryOperand> operands, VirtualAddress? faultAddress)
    {
        MemoryOperand? best = null;
        foreach (MemoryOperand operand in operands)
        {
            if (faultAddress is { } fault && operand.Address is { } address && unchecked(fault.ToUInt64() - address) < (ulong)Math.Max(operand.Size, 1))
            {
                return operand;
            }

            if (best is null || (best.Implicit && !operand.Implicit))
            {
                best = operand;
            }
        }

        return best;
    }

    private static FaultInstruction WithOperand(FaultInstruction instruction, MemoryOperand? operand) => operand is null
        ? instruction
        : instruction with
        {
            EffectiveAddress = operand.Address is { } address ? new VirtualAddress(address) : null,
            Access = operand.Access,
            AccessSize = operand.Size > 0 ? operand.Size : null,
            Operand = operand.Text,
            BaseRegister = operand.BaseRegister,
            BaseValue = operand.BaseValue is { } value ? new VirtualAddress(value) : null,
            IndexRegister = operand.IndexRegister,
            Displacement = operand.Displacement,
        };

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 2);
        foreach (byte value in bytes)
        {
            text.Append(value.ToString("x2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
