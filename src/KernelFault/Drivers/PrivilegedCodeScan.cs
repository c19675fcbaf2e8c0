using Iced.Intel;
using KernelFault.Formats.Pe;

namespace KernelFault.Drivers;

// Registers of the processor and its ports have no functions of the kernel that an import could show: compilers write rdmsr, wrmsr, in and
// out where the source says __readmsr or __inbyte. So code is decoded, function by function as the exception directory lists them; functions
// that need no unwinding are not in it and lie in the gaps, between padding, and there what does not decode is passed over.

/// <summary>Looks for instructions by which a driver reaches the machine past the kernel.</summary>
internal static class PrivilegedCodeScan
{
    // The largest drivers, those of graphics, have some 30 MB of code, and nothing to hide among it.
    private const int MaximumCode = 32 * 1024 * 1024;
    private const int FunctionAlignment = 16;

    private static readonly string[] s_names = ["rdmsr", "wrmsr", "in", "out"];

    /// <summary>The instructions that occur.</summary>
    /// <param name="image">A whole image.</param>
    /// <returns>Of <c>rdmsr</c>, <c>wrmsr</c>, <c>in</c> and <c>out</c> those that occur, in this order; null for processors whose code is not decoded.</returns>
    internal static string[]? Find(PeImage image)
    {
        if (image.Header.Machine != PeHeader.MachineAmd64)
        {
            // ARM64 has no ports, and its kernels' drivers write system registers as a matter of course.
            return image.Header.Machine == PeHeader.MachineArm64 ? [] : null;
        }

        bool[] found = new bool[s_names.Length];
        int left = MaximumCode;
        SortedList<uint, uint> functions = Functions(image);
        foreach (PeSection section in image.Sections)
        {
            if (section.IsExecutable && left > 0)
            {
                byte[] code = new byte[Math.Min(left, (int)Math.Min(section.SizeOfRawData, Math.Min((ulong)image.Length, int.MaxValue)))];
                int length = image.Read(section.VirtualAddress, code);
                left -= code.Length;
                Scan(code, length, section.VirtualAddress, functions, found);
            }
        }

        return s_names.Where((_, i) => found[i]).ToArray();
    }

    // In the order of addresses, each once: no damage can then make them more than there are bytes of code.
    private static SortedList<uint, uint> Functions(PeImage image)
    {
        var functions = new SortedList<uint, uint>();
        for (int i = 0; i < image.RuntimeFunctionCount; i++)
        {
            RuntimeFunction function = image.RuntimeFunctionAt(i);

            // Behind all others where they are in order, as the format asks.
            if (function.EndAddress > function.BeginAddress
                && (functions.Count == 0 || function.BeginAddress > functions.Keys[functions.Count - 1]))
            {
                functions.Add(function.BeginAddress, function.EndAddress);
            }
        }

        return functions;
    }

    private static int FirstAtOrBehind(IList<uint> begins, uint start)
    {
        int low = 0;
        for (int high = begins.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = begins[middle] < start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static void Scan(byte[] code, int length, uint start, SortedList<uint, uint> functions, bool[] found)
    {
        int position = 0;
        for (int i = FirstAtOrBehind(functions.Keys, start); i < functions.Count && functions.Keys[i] - start < (uint)length; i++)
        {
            (uint begin, uint end) = (functions.Keys[i], functions.Values[i]);
            int from = (int)(begin - start);
            int to = (int)Math.Min(end - start, (uint)length);
            ScanGap(code, position, from, found);

            // What lies in a function that was looked at already is one of its parts.
            if (from >= position && MayHold(code, from, to))
            {
                Decode(code, from, to, found, untilEnd: false);
            }

            position = Math.Max(position, to);
        }

        ScanGap(code, position, length, found);
    }

    private static void ScanGap(byte[] code, int from, int to, bool[] found)
    {
        if (!MayHold(code, from, to))
        {
            return;
        }

        while (from < to)
        {
            if (code[from] is 0 or 0x90 or 0xCC)
            {
                from++;
            }
            else
            {
                int end = Decode(code, from, to, found, untilEnd: true);
                from = Math.Max(from + 1, (end + FunctionAlignment - 1) / FunctionAlignment * FunctionAlignment);
            }
        }
    }

    // rdmsr is 0F 32, wrmsr 0F 30; the ports' are E4 to E7 and EC to EF.
    private static bool MayHold(byte[] code, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (code[i] is (>= 0xE4 and <= 0xE7) or (>= 0xEC and <= 0xEF) or 0x30 or 0x32)
            {
                return true;
            }
        }

        return false;
    }

    // Returns where it stopped: at bytes that are no instruction, at the end, or behind the instruction that leaves a function.
    private static int Decode(byte[] code, int from, int to, bool[] found, bool untilEnd)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code, from, to - from));
        decoder.IP = (ulong)from;
        bool[] here = new bool[found.Length];
        while (decoder.IP < (ulong)to)
        {
            decoder.Decode(out Instruction instruction);
            if (instruction.IsInvalid)
            {
                // A gap that is not code to its end may be a table: nothing in it counts.
                if (untilEnd)
                {
                    return (int)instruction.IP;
                }

                break;
            }

            int index = instruction.Mnemonic switch { Mnemonic.Rdmsr => 0, Mnemonic.Wrmsr => 1, Mnemonic.In => 2, Mnemonic.Out => 3, _ => -1 };
            if (index >= 0)
            {
                here[index] = true;
            }

            if (untilEnd && instruction.FlowControl is FlowControl.Return or FlowControl.UnconditionalBranch or FlowControl.IndirectBranch)
            {
                break;
            }
        }

        for (int i = 0; i < found.Length; i++)
        {
            found[i] |= here[i];
        }

        return (int)decoder.IP;
    }
}
