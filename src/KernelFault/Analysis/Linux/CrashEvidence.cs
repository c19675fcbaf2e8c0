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
        "page-fault", "null-pointer", "user-access", "general-protection", "stack-segment", "internal-error", "unhandled-fault", "alignment", "oops", "kasan", "kasan-free", "kfence", "kmsan", "double-fault",
    };

    private const ulong StackReach = 0x4000;

    // arch/x86/lib/retpoline.S: __x86_indirect_thunk_rax jumps to what rax holds.
    private const string IndirectJump = "__x86_indirect_thunk_";

    private CrashEvidence(KernelLog log, CrashReport report, Recognition recognition)
    {
        Log = log;
        Report = report;
        Recognition = recognition;
        IReadOnlyList<string> own = report.Own;
        List<LinuxFrame> trace = CallTraceReader.Read(report, recognition, out int traceLine, out int from);
        if (from > 0)
        {
            own = own.Take(1).Concat(own.Skip(from)).ToArray();
            traceLine -= from - 1;
        }

        Machine = MachineReader.Read(own, report.Lines);
        LinuxFrame? pointer = PointerReader.Find(own, out int pointerLine);
        if (traceLine >= 0 && pointerLine > traceLine && PointerReader.IsInterrupted(pointer, trace, recognition))
        {
            // Registers and code in the middle of the stack are of something else, too.
            own = own.Take(traceLine + 1).ToArray();
            pointer = null;
        }

        Registers = RegisterReader.Read(own, log.Architecture);
        Fault = FaultReader.Read(own, log.Architecture, Registers);
        Pointer = pointer;
        Trace = PointerReader.Join(pointer, trace, out int exception);
        ExceptionIndex = exception;
        Code = CodeReader.Read(own);
        Slab = SlabReader.Read(report.Own);
        LockWaits = LockReader.Waits(report.Raw.Select(l => l.Text).ToArray());
        InstructionPointer = Pointer?.Address?.ToUInt64() ?? PrintedPointer(log.Architecture) ?? CodeReader.PointerOfUnreadable(own);
        if (Code is not null && log.Architecture is Architecture.X64 or Architecture.X86)
        {
            // Where the address is not printed, the offset in the function stands for it: relative jumps then read right.
            ulong at = InstructionPointer ?? Pointer?.Offset ?? 0;
            CodeLines = Code.Disassemble(at, log.Architecture == Architecture.X64 ? 64 : 32, out Instruction faulting);
            Faulting = CodeLines.Count > 0 ? faulting : null;
            EffectiveAddress = Faulting is Instruction instruction && Registers is not null ? CodeReader.EffectiveAddress(instruction, Registers) : null;
        }
        else if (Code is null && log.Architecture is not (Architecture.X64 or Architecture.X86))
        {
            Words = CodeWords.Read(own);
            CodeLines = Words.Lines;
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

    /// <summary>The code as printed, of processors whose instructions are not disassembled here; null for x86.</summary>
    internal CodeWords? Words { get; }

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
    internal AccessKind Access => JumpTarget is not null ? AccessKind.Execute : Fault.Access != AccessKind.Unknown || Address is null || Faulting is not Instruction instruction ? Fault.Access : CodeReader.Access(instruction);

    /// <summary>The address of the fault: as printed, else as computed; null for crashes that are no bad access.</summary>
    internal ulong? Address => IsStackGuard ? Registers?["cr2"]
        : Recognition.Rule is not { Kind: string kind } || !AccessKinds.Contains(kind) ? null
        : kind is "double-fault" ? BeyondStack
        : kind is not ("general-protection" or "stack-segment") || Fault.FromShadow ? Fault.Address
        : JumpTarget ?? ShadowedAddress ?? (Fault.Address is null || Fault.IsGuess ? EffectiveAddress ?? Fault.Address : Fault.Address);

    /// <summary>The address of the fault, where it is close to the stack pointer: what did not fit on the stack; null otherwise.</summary>
    private ulong? BeyondStack => Registers?["cr2"] is ulong fault && Registers["rsp"] is ulong stack && (stack - fault < StackReach || fault - stack < StackReach) ? fault : null;

    /// <summary>Where a function through which the compiler sends indirect jumps was to jump; null outside of such.</summary>
    internal ulong? JumpTarget => Pointer is not null && Pointer.Function.StartsWith(IndirectJump, StringComparison.Ordinal) && Faulting is { FlowControl: FlowControl.Return or FlowControl.IndirectBranch or FlowControl.IndirectCall }
        ? Registers?[Pointer.Function.Substring(IndirectJump.Length)]
        : null;

    /// <summary>The address whose shadow the faulting instruction looked up for KASAN; null when it did no such thing.</summary>
    internal ulong? ShadowedAddress => EffectiveAddress is ulong shadow && Faulting is Instruction instruction && Registers is not null && CodeReader.UsesKasanShadow(instruction, Registers)
        ? unchecked((shadow - CodeReader.KasanShadow) << 3)
        : null;

    /// <summary>The part of the address space that lies in; unknown without an address.</summary>
    internal AddressRegion Region => Address is not ulong address ? AddressRegion.Unknown
        : IsStackGuard ? AddressRegion.StackGuard
        : LinuxAddressMap.Classify(address, Log.Architecture, Registers, IsBefore(5, 4), Fault.AddressBits);

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

    private ulong? PrintedPointer(Architecture architecture) =>
        Registers?[architecture == Architecture.X64 ? "rip" : architecture == Architecture.X86 ? "eip" : "pc"];

    private bool IsBefore(int wantedMajor, int wantedMinor)
    {
        string[] parts = (Release ?? string.Empty).Split('.', '-');
        return parts.Length >= 2 && LogNumber.Decimal(parts[0], 0) is long major && LogNumber.Decimal(parts[1], 0) is long minor && (major < wantedMajor || (major == wantedMajor && minor < wantedMinor));
    }
}
