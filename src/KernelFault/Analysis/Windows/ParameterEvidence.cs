using KernelFault.Kernels;
using KernelFault.Kernels.Windows;
using KernelFault.Knowledge;
using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>Parameters of the bug check that lead to a driver: code addresses, driver and device objects, requests.</summary>
internal sealed class ParameterEvidence : IWindowsEvidence
{
    // IRP_MJ_POWER and its minor function that sets a power state, as wdm.h numbers them.
    private const byte MajorPower = 0x16;

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        var objects = new DriverObjectReader(crash.Dump.Memory, crash.Kernel, crash.Architecture);
        foreach (BugCheckOperand parameter in crash.Semantics.Operands)
        {
            var address = new VirtualAddress(parameter.Value);
            string source = $"bug check parameter {parameter.Parameter}";
            switch (parameter.Kind)
            {
                case BugCheckParameterKind.CodeAddress or BugCheckParameterKind.ImageBase:
                    CodeAddress(crash, address, source, log);
                    break;
                case BugCheckParameterKind.DriverObject when objects.DriverOf(address) is { } driver:
                    log.Suspect(EvidenceKind.Device, driver, $"The driver object in {source} is that of {crash.Standing.Describe(driver)}.");
                    break;
                case BugCheckParameterKind.DeviceObject:
                    Device(crash, objects, address, source, log);
                    break;
                case BugCheckParameterKind.Irp:
                    Request(crash, objects, address, source, log);
                    break;
            }
        }
    }

    private static void CodeAddress(WindowsCrash crash, VirtualAddress address, string source, EvidenceLog log)
    {
        if (crash.Kernel.ModuleAt(address) is { } module)
        {
            log.Suspect(EvidenceKind.Parameter, module, $"{source} points into {crash.Standing.Describe(module)} at +0x{address - module.BaseAddress:x}.");
        }
    }

    private static void Device(WindowsCrash crash, DriverObjectReader objects, VirtualAddress device, string source, EvidenceLog log)
    {
        IReadOnlyList<KernelModule> stack = objects.DeviceStack(device);
        if (stack.Count == 0)
        {
            return;
        }

        string drivers = string.Join(", ", stack.Select(crash.Standing.Describe));
        log.Find(FindingId.DeviceStack, FindingSeverity.Notable, $"The device is served by, from the bus upwards: {drivers}.", source);
        foreach (KernelModule driver in stack)
        {
            log.Suspect(EvidenceKind.Device, driver, $"{crash.Standing.Describe(driver)} serves the device that {source} names.", 0.8);
        }
    }

    private static void Request(WindowsCrash crash, DriverObjectReader objects, VirtualAddress irp, string source, EvidenceLog log)
    {
        if (objects.ReadIrp(irp) is not { } request)
        {
            return;
        }

        string what = request.MajorFunction == MajorPower ? "power request" : "request";
        string holder = request.Driver is { } driver ? crash.Standing.Describe(driver) : "a driver that the dump does not name";
        log.Find(
            FindingId.PendingRequest,
            FindingSeverity.Decisive,
            $"The {what} stands at location {request.CurrentLocation} of {request.StackCount}, with {holder}.",
            source);
        if (request.Driver is { } suspect)
        {
            log.Suspect(EvidenceKind.Device, suspect, $"{crash.Standing.Describe(suspect)} holds the {what} that {source} names.");
        }
    }
}
