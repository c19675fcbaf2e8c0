using KernelFault.Dumps;
using KernelFault.Kernels.Windows;
using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>Says in a sentence what the faulting address means: operand, register, region.</summary>
internal sealed class FaultExplainer
{
    private const ulong NullPages = 0x10000;
    private const uint AccessViolation = 0xC0000005;

    // Code from an image file would do as well, but what class a crash is must not depend on the files at hand.
    private const string FromDump = "dump";

    private readonly WindowsKernel _kernel;
    private readonly Architecture _architecture;
    private readonly AddressClassifier _classifier;

    internal FaultExplainer(WindowsKernel kernel, Architecture architecture, AddressClassifier classifier)
    {
        _kernel = kernel;
        _architecture = architecture;
        _classifier = classifier;
    }

    /// <summary>Explains the address; null when the fault has none.</summary>
    internal FaultAddress? Explain(Fault fault, FaultInstruction? instruction)
    {
        bool computed = fault.Address is null && !fault.IsProtectionFault && fault.Status == AccessViolation
            && fault.Registers is not null && instruction?.Origin == FromDump;
        VirtualAddress? address = fault.Address ?? (fault.IsProtectionFault || computed ? instruction?.EffectiveAddress : null);
        if (address is not { } known)
        {
            return null;
        }

        AccessKind access = fault.Access != AccessKind.Unknown ? fault.Access : instruction?.Access ?? AccessKind.Unknown;
        if (fault.InstructionPointer == known && access is AccessKind.Unknown or AccessKind.Read)
        {
            // The address that faulted is the instruction itself: it was being fetched.
            access = AccessKind.Execute;
        }

        AddressClassification place = _classifier.Classify(known);
        return new FaultAddress
        {
            Address = known,
            Access = access,
            Region = place.Region,
            Explanation = Sentence(fault, instruction, known, access, place)
                + (computed ? " Computed from the instruction and the registers: the dump holds no exception record." : string.Empty),
        };
    }

    private static string Sentence(Fault fault, FaultInstruction? instruction, VirtualAddress address, AccessKind access, AddressClassification place)
    {
        string verb = access switch
        {
            AccessKind.Read => "read from",
            AccessKind.Write => "write to",
            AccessKind.Execute => "execution at",
            _ => "access to",
        };
        string operand = Operand(instruction, address);
        string meaning = place.Region == AddressRegion.NullPage && address.ToUInt64() is var value && value < NullPages
            ? value == 0 ? "NULL pointer" : $"NULL pointer, field at +0x{value:x}"
            : place.Text;
        string protection = fault.IsProtectionFault && place.Region != AddressRegion.NonCanonical
            ? " The processor reported a general protection fault, not a page fault, although the address is a possible one: device memory or a virtual machine's host may have refused it."
            : string.Empty;
        return $"{verb} {operand}: {meaning}.{protection}";
    }

    // Registers explain the operand only when they give the address that faulted.
    private static string Operand(FaultInstruction? instruction, VirtualAddress address)
    {
        if (instruction is not { Operand: { } operand, BaseRegister: { } register, BaseValue: { } value }
            || instruction.EffectiveAddress is not { } effective
            || effective != address)
        {
            return address.Hex;
        }

        return value.ToUInt64() == 0 ? $"{operand} = {address}, {register} = 0" : $"{operand} = {address}, {register} = 0x{value:x}";
    }
}
