namespace KernelFault.Tests.Builders;

/// <summary>Where a named field lies in a built file: what a mutation aims at, and what a failed comparison names.</summary>
internal readonly record struct DumpField(string Name, int Offset, int Size)
{
    public override string ToString() => FormattableString.Invariant($"{Name} at 0x{Offset:x}");
}
