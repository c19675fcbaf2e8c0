using System.Globalization;
using System.Text;
using Iced.Intel;
using KernelFault.Memory;
using Decoder = Iced.Intel.Decoder;

namespace KernelFault.Kernels.Linux.Disassembly;

/// <summary>Decodes x86-64 code in a dump's memory.</summary>
internal sealed class X64Disassembler
{
    // More than a person reads, and than a function has.
    private const int MaximumInstructions = 100_000;
    private const int LongestInstruction = 15;
    private const int WindowSize = 4096;

    private readonly IMemoryReader _memory;
    private readonly LinuxSymbols _symbols;
    private readonly Formatter _formatter;
    private readonly StringOutput _output = new();

    internal X64Disassembler(IMemoryReader memory, LinuxSymbols symbols, DisassemblySyntax syntax)
    {
        _memory = memory;
        _symbols = symbols;
        _formatter = syntax == DisassemblySyntax.Att ? new GasFormatter() : new MasmFormatter();
        FormatterOptions options = _formatter.Options;
        options.UppercaseHex = false;
        options.HexPrefix = "0x";
        options.HexSuffix = string.Empty;
        options.SmallHexNumbersInDecimal = false;
        options.ShowBranchSize = false;
        options.RipRelativeAddresses = syntax == DisassemblySyntax.Att;
        options.SpaceAfterOperandSeparator = false;
        options.MemorySizeOptions = MemorySizeOptions.Always;
        options.BranchLeadingZeros = false;
        options.ShowZeroDisplacements = syntax == DisassemblySyntax.Att;
    }

    /// <summary>Decodes instructions.</summary>
    /// <param name="address">The first.</param>
    /// <param name="count">How many at most.</param>
    /// <returns>As many as the dump holds.</returns>
    internal List<DisassembledInstruction> Disassemble(VirtualAddress address, int count)
    {
        var found = new List<DisassembledInstruction>(Math.Min(Math.Max(count, 0), 64));
        byte[] window = new byte[WindowSize];
        LinuxSymbol? symbol = null;
        ulong at = address.ToUInt64();
        while (found.Count < Math.Min(count, MaximumInstructions))
        {
            int read = _memory.Read(new VirtualAddress(at), window);
            if (read == 0)
            {
                break;
            }

            Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(window, 0, read));
            decoder.IP = at;
            int position = 0;
            while (found.Count < Math.Min(count, MaximumInstructions) && position < read && (position + LongestInstruction <= read || read < window.Length))
            {
                decoder.Decode(out Instruction instruction);
                int length = instruction.IsInvalid ? 1 : instruction.Length;
                if (instruction.IsInvalid && read - position < LongestInstruction && decoder.LastError == DecoderError.NoMoreBytes)
                {
                    // The dump ends within it.
                    return found;
                }

                found.Add(Make(instruction, new VirtualAddress(at + (ulong)position), window.AsSpan(position, length), ref symbol));
                position += length;
                if (instruction.IsInvalid)
                {
                    break;
                }
            }

            at += (ulong)position;
        }

        return found;
    }

    private DisassembledInstruction Make(in Instruction instruction, VirtualAddress address, ReadOnlySpan<byte> bytes, ref LinuxSymbol? symbol)
    {
        if (symbol is null || symbol.Size is not { } size || address - symbol.Address >= size)
        {
            symbol = _symbols.Find(address);
        }

        VirtualAddress? target = instruction.IsInvalid ? null : Target(instruction);
        return new DisassembledInstruction
        {
            Address = address,
            Symbol = symbol?.PlaceOf(address),
            Bytes = Hex(bytes),
            Text = instruction.IsInvalid ? "(bad)" : Format(instruction),
            Target = target,
            TargetSymbol = target is { } place ? _symbols.Find(place)?.PlaceOf(place) : null,
        };
    }

    private static VirtualAddress? Target(in Instruction instruction)
    {
        if (instruction.Op0Kind is OpKind.NearBranch64)
        {
            return new VirtualAddress(instruction.NearBranch64);
        }

        return instruction.IsIPRelativeMemoryOperand ? new VirtualAddress(instruction.IPRelativeMemoryAddress) : null;
    }

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 2);
        foreach (byte value in bytes)
        {
            text.Append(value.ToString("x2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private string Format(in Instruction instruction)
    {
        // As the GNU tools do: segments of string instructions are shown, others' only when they are not the usual ones.
        bool att = _formatter is GasFormatter;
        _formatter.Options.AlwaysShowSegmentRegister = att && instruction.IsStringInstruction;
        _formatter.Options.AlwaysShowScale = att && instruction.MemoryIndex != Register.None;
        // imul with three operands keeps them, also when two are the same register.
        _formatter.Options.UsePseudoOps = !att || instruction.Mnemonic != Mnemonic.Imul;
        _formatter.Format(instruction, _output);
        string text = _output.ToStringAndReset();
        return att ? AsGnuTools(instruction, text) : text;
    }

    private static string AsGnuTools(in Instruction instruction, string text) => instruction.Mnemonic switch
    {
        // There is no other size to tell it from.
        Mnemonic.Push when text.StartsWith("pushq ", StringComparison.Ordinal) => text.Remove("push".Length, 1),
        Mnemonic.In or Mnemonic.Out => text.Replace("%dx", "(%dx)"),
        _ => text,
    };
}
