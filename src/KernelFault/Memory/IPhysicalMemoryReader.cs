namespace KernelFault.Memory;

/// <summary>The physical memory of the crashed machine, as far as a file holds it.</summary>
public interface IPhysicalMemoryReader
{
    /// <summary>Copies what is known at <paramref name="address"/>. Never throws for memory that is missing.</summary>
    /// <param name="address">The first byte wanted.</param>
    /// <param name="destination">Where it goes.</param>
    /// <returns>How many bytes from the start of <paramref name="destination"/> are valid: 0 when the first one is missing.</returns>
    int Read(PhysicalAddress address, Span<byte> destination);

    /// <summary>Whether the file holds a byte, and if not, why not.</summary>
    /// <param name="address">Any physical address.</param>
    /// <returns>What can be said of it.</returns>
    PageAvailability Probe(PhysicalAddress address);
}
