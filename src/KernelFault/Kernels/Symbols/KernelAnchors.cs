using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Kernels.Symbols;

// A triage dump does not hold the kernel's debug directory, so the PDB's id is unknown. But its header has addresses of
// kernel variables, and where they lie in the image differs from build to build:
//   PsLoadedModuleList, PsActiveProcessHead, KdDebuggerDataBlock   always (the last is the same in many builds);
//   PfnDataBase        the address of the variable MmPfnDatabase in most dumps, its value in others (then outside the image);
//   the context        most dumps are written by KeBugCheckEx, which captures its registers on entry: then the second and
//                      third argument registers hold the bug check's first parameters, and the program counter is the
//                      function itself. It is the only one of these that follows the code rather than the data.

/// <summary>Addresses in a dump header that say which build of the kernel crashed, as RVAs by symbol name.</summary>
internal sealed class KernelAnchors
{
    /// <summary>How many addresses must agree before symbols are believed.</summary>
    internal const int Required = 2;

    private readonly Dictionary<string, ulong> _expected = new(StringComparer.Ordinal);

    internal KernelAnchors(WindowsDumpHeader header, KernelModule kernel)
    {
        Add("PsLoadedModuleList", header.PsLoadedModuleList, kernel);
        Add("PsActiveProcessHead", header.PsActiveProcessHead, kernel);
        Add("KdDebuggerDataBlock", header.KdDebuggerDataBlock, kernel);
        Add("MmPfnDatabase", header.PfnDatabase, kernel);
        if (header.Context is RegisterSet context && IsBugCheckContext(header, context))
        {
            Add("KeBugCheckEx", context.InstructionPointer, kernel);
        }
    }

    /// <summary>The symbols that can be confirmed.</summary>
    internal static IReadOnlyList<string> SymbolNames { get; } =
        ["PsLoadedModuleList", "PsActiveProcessHead", "KdDebuggerDataBlock", "MmPfnDatabase", "KeBugCheckEx"];

    /// <summary>How many addresses the dump offers.</summary>
    internal int Count => _expected.Count;

    /// <summary>Compares with a symbol file.</summary>
    /// <param name="addresses">RVAs in that file.</param>
    /// <param name="agreeing">Symbols that lie where the dump says.</param>
    /// <returns>The first contradiction as a sentence part; null when there is none.</returns>
    internal string? Compare(IReadOnlyDictionary<string, ulong> addresses, List<string> agreeing)
    {
        foreach (string name in SymbolNames)
        {
            if (!_expected.TryGetValue(name, out ulong expected) || !addresses.TryGetValue(name, out ulong found))
            {
                continue;
            }

            if (expected != found)
            {
                return FormattableString.Invariant($"it has {name} at +0x{found:x}, the dump at +0x{expected:x}");
            }

            agreeing.Add(name);
        }

        return null;
    }

    private static bool IsBugCheckContext(WindowsDumpHeader header, RegisterSet context)
    {
        (string code, string first, string second) = header.Architecture switch
        {
            Architecture.X64 => ("rcx", "rdx", "r8"),
            Architecture.Arm64 => ("x0", "x1", "x2"),
            _ => (string.Empty, string.Empty, string.Empty),
        };
        if (header.BugCheckParameters.Count < 2
            || context[first] != header.BugCheckParameters[0]
            || context[second] != header.BugCheckParameters[1])
        {
            return false;
        }

        // Handlers may fold one code into another after the capture (0xA into 0xD1), but small numbers meet by chance.
        bool sameCode = context[code] is ulong value && ((uint)value & ~0x10000000u) == (header.BugCheckCode & ~0x10000000u);
        return sameCode || (header.BugCheckParameters[0] | header.BugCheckParameters[1]) > 0xFF;
    }

    private void Add(string name, VirtualAddress? address, KernelModule kernel)
    {
        if (address is VirtualAddress known && kernel.Contains(known))
        {
            _expected[name] = known - kernel.BaseAddress;
        }
    }
}
