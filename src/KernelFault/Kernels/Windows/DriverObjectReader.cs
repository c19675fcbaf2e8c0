using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

// DEVICE_OBJECT, DRIVER_OBJECT, IRP and IO_STACK_LOCATION are declared in the driver kit's wdm.h and have kept their layout
// on each architecture since Windows XP (x86) and Windows Server 2003 (x64); ARM64 has the x64 layout. A triage dump holds
// those that its bug check's parameters lead to.

/// <summary>Follows a device object, driver object or I/O request packet to the driver behind it.</summary>
public sealed class DriverObjectReader
{
    private const ushort IoTypeDevice = 3;
    private const ushort IoTypeDriver = 4;
    private const ushort IoTypeIrp = 6;

    // A device stack deeper than this is a loop or a lie.
    private const int MaximumDevices = 32;

    private readonly IMemoryReader _memory;
    private readonly WindowsKernel _kernel;
    private readonly Layout _layout;

    /// <summary>A reader over one dump.</summary>
    /// <param name="memory">The dump's memory.</param>
    /// <param name="kernel">Its modules.</param>
    /// <param name="architecture">Whose layouts apply.</param>
    public DriverObjectReader(IMemoryReader memory, WindowsKernel kernel, Architecture architecture)
    {
        _memory = memory;
        _kernel = kernel;
        _layout = architecture is Architecture.X86 or Architecture.Arm ? Layout.Bits32 : Layout.Bits64;
    }

    /// <summary>The driver that a driver object describes.</summary>
    /// <param name="driverObject">Its address.</param>
    /// <returns>The module that <c>DriverStart</c> names; null when the object is not in the dump or no module starts there.</returns>
    public KernelModule? DriverOf(VirtualAddress driverObject)
    {
        return HasType(driverObject, IoTypeDriver) && TryReadPointer(driverObject + _layout.DriverStart, out VirtualAddress start)
            ? _kernel.ModuleAt(start)
            : null;
    }

    /// <summary>The driver that created a device.</summary>
    /// <param name="deviceObject">Address of the device object.</param>
    /// <returns>Its driver; null when the dump does not lead there.</returns>
    public KernelModule? DriverOfDevice(VirtualAddress deviceObject)
    {
        return HasType(deviceObject, IoTypeDevice) && TryReadPointer(deviceObject + _layout.DeviceDriver, out VirtualAddress driver)
            ? DriverOf(driver)
            : null;
    }

    /// <summary>The drivers of a device and of all devices attached above it.</summary>
    /// <param name="deviceObject">Address of the lowest device object, usually the bus driver's (PDO).</param>
    /// <returns>The drivers found, from the bottom up; empty when the device is not in the dump.</returns>
    public IReadOnlyList<KernelModule> DeviceStack(VirtualAddress deviceObject)
    {
        var drivers = new List<KernelModule>();
        VirtualAddress device = deviceObject;
        for (int i = 0; i < MaximumDevices && device.ToUInt64() != 0; i++)
        {
            if (DriverOfDevice(device) is { } driver && !drivers.Contains(driver))
            {
                drivers.Add(driver);
            }

            if (!HasType(device, IoTypeDevice) || !TryReadPointer(device + _layout.DeviceAttached, out device))
            {
                break;
            }
        }

        return drivers;
    }

    /// <summary>Reads where an I/O request packet stands.</summary>
    /// <param name="irp">Its address.</param>
    /// <returns>The request; null when it is not in the dump.</returns>
    public PendingIrp? ReadIrp(VirtualAddress irp)
    {
        Span<byte> counts = stackalloc byte[2];
        if (!HasType(irp, IoTypeIrp)
            || !_memory.TryRead(irp + _layout.IrpStackCount, counts)
            || !TryReadPointer(irp + _layout.IrpCurrentStackLocation, out VirtualAddress location))
        {
            return null;
        }

        Span<byte> functions = stackalloc byte[2];
        bool read = _memory.TryRead(location, functions);
        VirtualAddress device = default;
        bool hasDevice = read && TryReadPointer(location + _layout.LocationDevice, out device);
        return new PendingIrp
        {
            Address = irp,
            StackCount = counts[0],
            CurrentLocation = counts[1],
            MajorFunction = read ? functions[0] : null,
            MinorFunction = read ? functions[1] : null,
            Device = hasDevice && device.ToUInt64() != 0 ? device : null,
            Driver = hasDevice ? DriverOfDevice(device) : null,
        };
    }

    private bool HasType(VirtualAddress address, ushort type)
    {
        Span<byte> bytes = stackalloc byte[2];
        return address.ToUInt64() != 0 && _memory.TryRead(address, bytes) && (bytes[0] | (bytes[1] << 8)) == type;
    }

    private bool TryReadPointer(VirtualAddress address, out VirtualAddress value)
    {
        if (_layout.PointerSize == 8)
        {
            bool read = _memory.TryReadUInt64(address, out ulong wide);
            value = new VirtualAddress(wide);
            return read;
        }

        bool narrow = _memory.TryReadUInt32(address, out uint word);
        value = new VirtualAddress(word);
        return narrow;
    }

    private sealed record Layout
    {
        internal static Layout Bits64 { get; } = new()
        {
            PointerSize = 8,
            DeviceDriver = 0x08,
            DeviceAttached = 0x18,
            DriverStart = 0x18,
            IrpStackCount = 0x42,
            IrpCurrentStackLocation = 0xB8,
            LocationDevice = 0x28,
        };

        internal static Layout Bits32 { get; } = new()
        {
            PointerSize = 4,
            DeviceDriver = 0x08,
            DeviceAttached = 0x10,
            DriverStart = 0x0C,
            IrpStackCount = 0x22,
            IrpCurrentStackLocation = 0x60,
            LocationDevice = 0x14,
        };

        internal required int PointerSize { get; init; }

        internal required ulong DeviceDriver { get; init; }

        internal required ulong DeviceAttached { get; init; }

        internal required ulong DriverStart { get; init; }

        internal required ulong IrpStackCount { get; init; }

        internal required ulong IrpCurrentStackLocation { get; init; }

        internal required ulong LocationDevice { get; init; }
    }
}
