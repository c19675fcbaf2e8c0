using KernelFault.Dumps.Windows;
using KernelFault.Kernels.Windows;
using KernelFault.Knowledge;
using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>
/// Finds the moment of the fault: the bug check's own parameters first, then the structures they point to, then the header.
/// Which parameter holds what is knowledge (see <see cref="BugCheckParameterKind"/>), not code.
/// </summary>
internal sealed class FaultLocator
{
    private const uint AccessViolation = 0xC0000005;
    private const uint InPageError = 0xC0000006;

    // ExceptionInformation[1] of an access violation that the processor raised without an address (#GP).
    private const ulong NoAddress = ulong.MaxValue;

    private readonly WindowsDump _dump;
    private readonly WindowsKernel _kernel;
    private readonly BugCheckSemantics _semantics;

    internal FaultLocator(WindowsDump dump, WindowsKernel kernel, BugCheckSemantics semantics)
    {
        _dump = dump;
        _kernel = kernel;
        _semantics = semantics;
    }

    /// <summary>Collects what is known of the fault.</summary>
    internal Fault Locate()
    {
        WindowsExceptionRecord? exception = _kernel.Exception ?? RecordInMemory();
        uint? status = exception?.Code ?? _semantics.ExceptionCode;
        (VirtualAddress? instruction, string? instructionOrigin) = Instruction(exception);
        CapturedContext? context = ContextOfFault(instruction);
        bool isAccess = status is AccessViolation or InPageError && exception is { Parameters.Count: >= 2 };
        ulong? exceptionAddress = isAccess ? exception!.Parameters[1] : null;
        bool protection = status == AccessViolation && exceptionAddress == NoAddress;
        VirtualAddress? address = _semantics.FaultAddress
            ?? (exceptionAddress is { } fromException && !protection ? new VirtualAddress(fromException) : null);
        return new Fault
        {
            Registers = context?.Registers,
            RegistersOrigin = context is null ? null : OriginText(context.Origin),
            RegistersProven = context is not null && address is not null
                && (context.FaultAddress == address || (context.Origin == ContextOrigin.BugCheckContext && isAccess)),
            InstructionPointer = instruction ?? context?.Registers.InstructionPointer,
            InstructionPointerOrigin = instructionOrigin ?? (context is null ? null : OriginText(context.Origin)),
            Address = address,
            Access = isAccess ? AccessOf(exception!.Parameters[0]) : _semantics.Access,
            IsProtectionFault = protection,
            Status = status,
            InPageStatus = status == InPageError && exception is { Parameters.Count: >= 3 } ? (uint)exception.Parameters[2] : null,
            Irql = _semantics.Irql ?? _kernel.Irql,
        };
    }

    // EXCEPTION_RECORD.ExceptionInformation[0] of an access violation, as winnt.h has it.
    private static AccessKind AccessOf(ulong information) => information switch
    {
        0 => AccessKind.Read,
        1 => AccessKind.Write,
        8 => AccessKind.Execute,
        _ => AccessKind.Unknown,
    };

    private static string OriginText(ContextOrigin origin) => origin switch
    {
        ContextOrigin.BugCheckContext => "the context record that the bug check names",
        ContextOrigin.BugCheckTrapFrame => "the trap frame that the bug check names",
        ContextOrigin.StackTrapFrame => "a trap frame on the stack",
        _ => "the context record in the dump header",
    };

    private (VirtualAddress? Address, string? Origin) Instruction(WindowsExceptionRecord? exception)
    {
        if (exception is not null && exception.Address.ToUInt64() != 0)
        {
            return (exception.Address, "the exception record");
        }

        return _semantics.Find(BugCheckParameterKind.Instruction) is { Value: not 0 } operand
            ? (new VirtualAddress(operand.Value), $"bug check parameter {operand.Parameter}")
            : (null, null);
    }

    private WindowsExceptionRecord? RecordInMemory() =>
        _dump is WindowsTriageDump triage && _semantics is { ExceptionCode: { } code, Instruction: { } instruction }
            ? ExceptionRecordFinder.Find(triage, code, instruction)
            : null;

    // The header's registers are those of KeBugCheckEx for most codes: they count only if they stand at the fault.
    private CapturedContext? ContextOfFault(VirtualAddress? instruction)
    {
        var candidates = new List<CapturedContext>();
        for (int i = 0; i < _kernel.Contexts.Count; i++)
        {
            CapturedContext context = _kernel.Contexts[i];
            if (!context.IsUserMode && (instruction is null ? context.IsBugCheckFault : context.Registers.InstructionPointer == instruction))
            {
                candidates.Add(context);
            }
        }

        return candidates.Find(static c => c.Origin is ContextOrigin.BugCheckContext or ContextOrigin.BugCheckTrapFrame)
            ?? candidates.Find(static c => c.IsBugCheckFault)
            ?? (candidates.Count > 0 ? candidates[0] : null);
    }
}
