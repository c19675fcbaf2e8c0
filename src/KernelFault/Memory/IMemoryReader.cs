namespace KernelFault.Memory;

/// <summary>Where bytes of the crashed machine come from; what they mean is decided above.</summary>
public interface IMemoryReader
{
    /// <summary>Copies what is known at <paramref name="address"/>. Never throws for memory that is missing.</summary>
    /// <param name="address">The first byte wanted.</param>
    /// <param name="destination">Where it goes.</param>
    /// <returns>How many bytes from the start of <paramref name="destination"/> are valid: 0 when the first one is missing.</returns>
    int Read(VirtualAddress address, Span<byte> destination);
}
