using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>A pointer in the kernel's memory.</summary>
public sealed class KernelPointer
{
    private const int MaximumText = 1024;

    private readonly KernelObjects _objects;
    private readonly uint _targetId;

    internal KernelPointer(KernelObjects objects, uint typeId, uint targetId, ulong address)
    {
        _objects = objects;
        _targetId = targetId;
        Address = new VirtualAddress(address);
        TypeName = KernelTypeNames.Of(objects.Types.Btf, typeId);
    }

    /// <summary>Where it points to; 0 for nowhere.</summary>
    public VirtualAddress Address { get; }

    /// <summary>Its type as in C, such as <c>struct mm_struct *</c>.</summary>
    public string TypeName { get; }

    /// <summary>What it points to.</summary>
    /// <returns>The structure or union; null for a null pointer and for one to anything else.</returns>
    public KernelObject? Follow() => Address.ToUInt64() == 0 ? null : _objects.At(_targetId, Address);

    /// <summary>The text it points to.</summary>
    /// <returns>Null when it points to no <c>char</c>, or to nowhere in the dump. Cut after 1024 bytes.</returns>
    public string? ReadText() => Address.ToUInt64() != 0 && _objects.Values.IsCharacter(_targetId)
        ? _objects.Values.Text(Address.ToUInt64(), MaximumText)
        : null;

    /// <summary>The address.</summary>
    /// <returns>As <c>0x</c> and 16 hexadecimal digits.</returns>
    public override string ToString() => Address.Hex;
}
