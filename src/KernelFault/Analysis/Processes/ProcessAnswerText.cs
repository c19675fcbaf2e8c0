using KernelFault.Dumps.Process;
using KernelFault.Kernels;
using KernelFault.Knowledge;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Processes;

/// <summary>What is said of a process's end, in sentences.</summary>
internal sealed class ProcessAnswerText
{
    private const uint ClrException = 0xE0434352;
    private const string FailFast = "System.Environment.FailFast";

    private readonly ProcessDump _dump;
    private readonly ProcessFault _fault;
    private readonly FaultInstruction? _instruction;
    private readonly ManagedCrash? _managed;
    private readonly IReadOnlyList<StackFrame> _stack;
    private readonly IReadOnlyList<KernelModule> _modules;
    private readonly KnowledgeBase _knowledge;

    internal ProcessAnswerText(
        ProcessDump dump,
        ProcessFault fault,
        FaultInstruction? instruction,
        ManagedCrash? managed,
        IReadOnlyList<StackFrame> stack,
        IReadOnlyList<KernelModule> modules,
        KnowledgeBase knowledge)
    {
        _stack = stack;
        _modules = modules;
        _dump = dump;
        _fault = fault;
        _instruction = instruction;
        _managed = managed;
        _knowledge = knowledge;
    }

    /// <summary>The crash in one line.</summary>
    internal string Title
    {
        get
        {
            string program = _dump.ProcessName ?? "unnamed process";
            if (_managed?.Exception?.Significant is { } exception)
            {
                ManagedFrame? frame = Own(exception.Frames) ?? Own(_managed.Frames) ?? (exception.Frames.Count > 0 ? exception.Frames[0] : null);
                bool failFast = _managed.Frames.Count > 0 && _managed.Frames[0].Method == FailFast;
                string what = failFast ? FailFast + " called" : exception.Type;
                return $"{program}: {what}{(frame is null ? string.Empty : " in " + frame.Method)}";
            }

            if (_fault.Name is null)
            {
                return $"{program}: snapshot of a running process, no exception";
            }

            string place = Place();
            string address = _fault is { IsMemoryFault: true, Address: VirtualAddress used } ? Verb() + Short(used) : string.Empty;
            return $"{program}: {_fault.Name}{address}{HResult()}{place}";
        }
    }

    /// <summary>What the address that could not be used means.</summary>
    internal string AddressSentence
    {
        get
        {
            if (_fault.Address is not VirtualAddress address)
            {
                return string.Empty;
            }

            string verb = _fault.Access switch
            {
                AccessKind.Read => "read of ",
                AccessKind.Write => "write to ",
                AccessKind.Execute => "execution at ",
                _ => "use of ",
            };
            bool same = _instruction is { Operand: not null } && _instruction.EffectiveAddress == address && _fault.Access != AccessKind.Execute;
            string what = same
                ? _instruction!.BaseRegister is string register && _instruction.BaseValue is VirtualAddress value
                    ? $"{_instruction.Operand}, {register} = {Short(value)}"
                    : _instruction.Operand!
                : Short(address);
            return verb + what + ": " + Meaning(address);
        }
    }

    /// <summary>The evidence.</summary>
    internal IReadOnlyList<Finding> Findings()
    {
        var findings = new List<Finding>();
        if (_dump.Exception is { } exception)
        {
            string source = exception.IsSignal ? "signal of the process" : "exception record";
            string code = exception.IsSignal ? $"{exception.Code}, code {unchecked((int)exception.Flags)}" : FormattableString.Invariant($"0x{exception.Code:X8}");
            string? meaning = exception.IsSignal || _dump.Platform != ProcessPlatform.Windows ? null : _knowledge.FindStatus(exception.Code)?.Meaning;
            findings.Add(new Finding(FindingId.ProcessException, FindingSeverity.Decisive, $"The process ended with {_fault.Name} ({code}){(meaning is null ? string.Empty : ": " + meaning)}.", source));
            if (exception.InPageStatus is uint status)
            {
                string name = _knowledge.FindStatus(status)?.Name ?? FormattableString.Invariant($"NTSTATUS 0x{status:X8}");
                findings.Add(new Finding(FindingId.InPageStatus, FindingSeverity.Decisive, $"A page could not be read from its file: {name}.", "exception parameter 3"));
            }
        }

        if (_fault is { IsMemoryFault: true, Address: not null })
        {
            findings.Add(new Finding(FindingId.FaultAddress, FindingSeverity.Notable, Capital(AddressSentence) + ".", "exception record and registers"));
        }

        if (_instruction is { Text: string text, Origin: string origin })
        {
            findings.Add(new Finding(FindingId.FaultingInstruction, FindingSeverity.Notable, $"The instruction was {text}.", $"code bytes from the {origin}"));
        }

        for (ManagedException? e = _managed?.Exception; e is not null; e = e.Inner)
        {
            string at = e.Frames.Count > 0 ? $" in {e.Frames[0].Method}" : string.Empty;
            string message = string.IsNullOrEmpty(e.Message) ? string.Empty : $": {e.Message}";
            string id = ReferenceEquals(e, _managed!.Exception) ? FindingId.ManagedException : FindingId.ManagedInnerException;
            findings.Add(new Finding(id, FindingSeverity.Decisive, FormattableString.Invariant($"{e.Type} (HRESULT 0x{e.HResult:X8}){at}{message}"), "exception object of the faulting thread"));
        }

        if (FirstOwn() is { Index: > 0 } foreign)
        {
            findings.Add(new Finding(FindingId.ThirdPartyOnStack, FindingSeverity.Notable, $"{foreign.Symbol} is the first frame that is not part of the system.", "stack of the faulting thread"));
        }

        if (_fault.Address is VirtualAddress gone
            && _dump.UnloadedModules.FirstOrDefault(module => gone - module.BaseAddress < module.Size) is { } unloaded)
        {
            findings.Add(new Finding(FindingId.UnloadedModule, FindingSeverity.Decisive, $"The address lies where {unloaded.Name} was before it was unloaded.", "list of unloaded modules"));
        }

        if (_dump.UptimeSeconds is long seconds)
        {
            findings.Add(new Finding(FindingId.ProcessUptime, FindingSeverity.Information, $"The process had run for {seconds} seconds.", "process times"));
        }

        return findings;
    }

    private static ManagedFrame? Own(IReadOnlyList<ManagedFrame> frames) => frames.FirstOrDefault(frame => !ProcessModules.IsFramework(frame.Module));

    private StackFrame? FirstOwn() => _stack.FirstOrDefault(frame => frame.InstructionPointer is { } pointer && ModuleIndex.Find(_modules, pointer) is { IsOperatingSystem: false });

    private string Place()
    {
        if (_instruction?.Module is string module)
        {
            return FormattableString.Invariant($" in {module}+0x{_instruction.Offset:x}");
        }

        // The system ended the process: who called it says more.
        return FirstOwn() is { } caller ? (caller.Index == 0 ? " in " : caller.Note == "not verified by code" ? ", probably called by " : ", called by ") + caller.Symbol
            : _stack.Count > 0 && _stack[0].Module is not null ? " in " + _stack[0].Symbol
            : string.Empty;
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text.Substring(1);

    private static string Short(VirtualAddress address) => FormattableString.Invariant($"0x{address.ToUInt64():x}");

    private string Verb() => _fault.Access switch
    {
        AccessKind.Read => " reading ",
        AccessKind.Write => " writing ",
        AccessKind.Execute => " executing ",
        _ => " at ",
    };

    private string Meaning(VirtualAddress address)
    {
        if (_fault.Class == FaultClass.StackOverflow)
        {
            return "just below the stack";
        }

        switch (_fault.Region)
        {
            case AddressRegion.NullPage:
                return address.ToUInt64() == 0
                    ? _fault.Access == AccessKind.Execute ? "call of a NULL function pointer" : "NULL pointer"
                    : FormattableString.Invariant($"NULL pointer, field at +0x{address.ToUInt64():x}");
            case AddressRegion.NonCanonical:
                return "no address of this processor: a damaged or uninitialised pointer";
            case AddressRegion.Kernel:
                return "belongs to the kernel";
            case AddressRegion.UnloadedModule:
                return "in a module that was unloaded";
            case AddressRegion.Module:
                return "inside " + _dump.ModuleAt(address)!.Name + Allowed(address);
            default:
                return "memory of the process" + Allowed(address);
        }
    }

    private string Allowed(VirtualAddress address)
    {
        if (_dump.Facts.Protections.Count == 0)
        {
            return string.Empty;
        }

        return ProcessFault.ProtectionAt(_dump, address.ToUInt64()) switch
        {
            null or { IsMapped: false } => ", not mapped",
            { IsGuard: true } => ", a guard page",
            { IsWritable: false } when _fault.Access == AccessKind.Write => ", read-only",
            { IsExecutable: false } when _fault.Access == AccessKind.Execute => ", not executable",
            _ => ", mapped",
        };
    }

    // Without the runtime's debugging library, its exception code still carries the HRESULT.
    private string HResult()
    {
        if (_dump.Exception is not { IsSignal: false, Code: ClrException, Parameters.Count: > 0 } exception || _dump.Platform != ProcessPlatform.Windows)
        {
            return string.Empty;
        }

        uint value = (uint)exception.Parameters[0];
        string? name = _knowledge.FindHResult(value)?.Name;
        return FormattableString.Invariant($" (HRESULT 0x{value:X8}{(name is null ? string.Empty : " " + name)})");
    }
}
