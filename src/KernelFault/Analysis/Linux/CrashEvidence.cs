using Iced.Intel;
using KernelFault.Dumps;
using KernelFault.Dumps.Logs;
using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Everything read from one report, before it is judged.</summary>
internal sealed class CrashEvidence
{
    // Reports of accesses; others may hold an address in a later report that is mixed in.
    private static readonly HashSet<string> AccessKinds = new(StringComparer.Ordinal)
    {
        "page-fault", "null-pointer", "user-access", "general-protection", "stack-segment", "internal-error", "unhandled-fault", "alignment", "oops", "kasan", "kasan-free", "kfence", "kmsan",
    };

    private CrashEvidence(KernelLog log, CrashReport report, Recognition recognition)
    {
        Log = log;
        Report = report;
        Recognition = recognition;
        Machine = MachineReader.Read(report.Lines);
        Fault = FaultReader.Read(report.Lines, log.Architecture);
        Registers = RegisterReader.Read(report.Lines, log.Architecture);
        Trace = CallTraceReader.Read(report);
        Pointer = FindPointer(report.Lines);
        Code = CodeReader.Read(report.Lines);
        Slab = SlabReader.Read(report.Lines);
        LockWaits = LockReader.Waits(report.Raw.Select(l => l.Text).ToArray());
        ExceptionIndex = Trace.ToList().FindIndex(f => f.IsInstructionPointer && Pointer is not null && f.Function == Pointer.Function);
        InstructionPointer = Pointer?.Address?.ToUInt64() ?? CodeReader.PointerOfUnreadable(report.Lines);
        if (Code is not null && log.Architecture is Architecture.X64 or Architecture.X86)
        {
            // Where the address is not printed, the offset in the function stands for it: relative jumps then read right.
            ulong at = InstructionPointer ?? Pointer?.Offset ?? 0;
            CodeLines = Code.Disassemble(at, log.Architecture == Architecture.X64 ? 64 : 32, out Instruction faulting);
            Faulting = CodeLines.Count > 0 ? faulting : null;
            EffectiveAddress = Faulting is Instruction instruction && Registers is not null ? CodeReader.EffectiveAddress(instruction, Registers) : null;
        }
    }

    internal KernelLog Log { get; }

    internal CrashReport Report { get; }

    internal Recognition Recognition { get; }

    internal MachineReader Machine { get; }

    internal FaultReader Fault { get; }

    /// <summary>The registers of the fault; null when not printed.</summary>
    internal RegisterSet? Registers { get; }

    /// <summary>The call trace as printed.</summary>
    internal IReadOnlyList<LinuxFrame> Trace { get; }

    /// <summary>Where the kernel was executing; null when not printed, or outside of any function.</summary>
    internal LinuxFrame? Pointer { get; }

    /// <summary>Where in the trace <see cref="Pointer"/> stands; -1 when it does not.</summary>
    internal int ExceptionIndex { get; }

    /// <summary>True for kernels that x86-64 distributions build with ORC tables (4.14 and later); false when not known.</summary>
    internal bool HasOrc => Release is not null && !IsBefore(4, 14);

    /// <summary>The instruction pointer; null when not printed.</summary>
    internal ulong? InstructionPointer { get; }

    internal CodeReader? Code { get; }

    /// <summary>The heap object that the heap's checks found wrong; null when the report is not about one.</summary>
    internal LinuxSlabObject? Slab { get; }

    /// <summary>Tasks that wait for a lock that another holds.</summary>
    internal IReadOnlyList<LinuxLockWait> LockWaits { get; }

    internal IReadOnlyList<string> CodeLines { get; } = [];

    /// <summary>The faulting instruction; null when its bytes are not printed.</summary>
    internal Instruction? Faulting { get; }

    /// <summary>The address its memory operand names; null when not known.</summary>
    internal ulong? EffectiveAddress { get; }

    /// <summary>How the address of the fault was used: as printed, else as the instruction uses it.</summary>
    internal AccessKind Access => Fault.Access != AccessKind.Unknown || Address is null || Faulting is not Instruction instruction ? Fault.Access : CodeReader.Access(instruction);

    /// <summary>The address of the fault: as printed, else as computed; null for crashes that are no bad access.</summary>
    internal ulong? Address => IsStackGuard ? Registers?["cr2"]
        : Recognition.Rule is not { Kind: string kind } || !AccessKinds.Contains(kind) ? null
        : kind is "general-protection" or "stack-segment" && (Fault.Address is null || Fault.IsGuess) ? ShadowedAddress ?? EffectiveAddress ?? Fault.Address
        : Fault.Address;

    /// <summary>The address whose shadow the faulting instruction looked up for KASAN; null when it did no such thing.</summary>
    internal ulong? ShadowedAddress => EffectiveAddress is ulong shadow && Faulting is Instruction instruction && Registers is not null && CodeReader.UsesKasanShadow(instruction, Registers)
        ? unchecked((shadow - CodeReader.KasanShadow) << 3)
        : null;

    /// <summary>The part of the address space that lies in; unknown without an address.</summary>
    internal AddressRegion Region => Address is not ulong address ? AddressRegion.Unknown
        : IsStackGuard ? AddressRegion.StackGuard
        : LinuxAddressMap.Classify(address, Log.Architecture, Registers, IsBefore(5, 4));

    // The headline has a number made from the address; the address itself is where the processor says it faulted.
    private bool IsStackGuard => Recognition.Rule?.Kind == "stack-guard";

    /// <summary>The kernel's release; null when not printed.</summary>
    internal string? Release => Machine.Release ?? Log.Facts.Version?.Split(' ').ElementAtOrDefault(2);

    /// <summary>Reads a report.</summary>
    internal static CrashEvidence Read(KernelLog log, CrashReport report, Recognition recognition) => new(log, report, recognition);

    /// <summary>The entries that tell how the fault came about, the innermost first; helpers are left out.</summary>
    internal IEnumerable<LinuxFrame> MeaningfulFrames(LinuxFrameFacts facts)
    {
        IEnumerable<LinuxFrame> reliable = Trace.Where(f => f.IsReliable);

        // Where the trace holds the exception itself, what stands above it is the report's own doing.
        if (ExceptionIndex >= 0)
        {
            reliable = Trace.Skip(ExceptionIndex).Where(f => f.IsReliable);
        }
        else if (Pointer is not null)
        {
            reliable = reliable.Prepend(Pointer);
        }

        return reliable.Where(f => !facts.IsInnocent(WithoutSuffix(f.Function), Recognition.Rule?.Stack?.Innocent));
    }

    /// <summary>A function's name without what the compiler adds: <c>.constprop.0</c>, <c>.isra.0</c>, <c>.cold</c>.</summary>
    internal static string WithoutSuffix(string function)
    {
        int dot = function.IndexOf('.');
        return dot > 0 ? function.Substring(0, dot) : function;
    }

    private static LinuxFrame? FindPointer(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            if (line.Contains("RIP: 0033:") || !StackLine.IsInstruction(line, []))
            {
                continue;
            }

            // The function follows a selector, addresses, or both; a call through a bad pointer is in none.
            int start = line.IndexOf("+0x", StringComparison.Ordinal);
            while (start > 0 && (char.IsLetterOrDigit(line[start - 1]) || line[start - 1] is '_' or '.'))
            {
                start--;
            }

            LinuxFrame? frame = start < 0 ? null : CallTraceReader.ReadPlace(line, start);
            return frame is null ? null : frame with { IsInstructionPointer = true, Address = AddressBefore(line) };
        }

        return null;
    }

    private static Memory.VirtualAddress? AddressBefore(string line)
    {
        int open = line.IndexOf("[<", StringComparison.Ordinal);
        return open >= 0 && LogNumber.TryHex(line, open + 2, out ulong value, out int end) && end - open > 8 && value != 0 ? new Memory.VirtualAddress(value) : null;
    }

    private bool IsBefore(int wantedMajor, int wantedMinor)
    {
        string[] parts = (Release ?? string.Empty).Split('.', '-');
        return parts.Length >= 2 && LogNumber.Decimal(parts[0], 0) is long major && LogNumber.Decimal(parts[1], 0) is long minor && (major < wantedMajor || (major == wantedMajor && minor < wantedMinor));
    }
}
