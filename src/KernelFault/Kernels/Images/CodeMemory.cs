using KernelFault.Formats.Pe;
using KernelFault.Memory;

namespace KernelFault.Kernels.Images;

/// <summary>Code of a crashed machine: from the dump where it holds it, else from the module's image, relocated.</summary>
internal sealed class CodeMemory
{
    private readonly IMemoryReader _memory;
    private readonly ImageStore _images;

    internal CodeMemory(IMemoryReader memory, ImageStore images)
    {
        _memory = memory;
        _images = images;
    }

    /// <summary>Copies code.</summary>
    /// <param name="address">Of its first byte.</param>
    /// <param name="module">The module it lies in; null when in none.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="origin">The image it came from; null when from the dump or not at all.</param>
    /// <returns>How many bytes were copied: all, or as many as the better source had.</returns>
    internal int Read(ulong address, KernelModule? module, Span<byte> destination, out PeImage? origin)
    {
        origin = null;
        int fromDump = Math.Min(Math.Max(_memory.Read(new VirtualAddress(address), destination), 0), destination.Length);
        if (fromDump == destination.Length || module is null || !_images.HasSources || _images.Find(module) is not { } image)
        {
            return fromDump;
        }

        ulong offset = address - module.BaseAddress.ToUInt64();
        if (offset >= module.Size)
        {
            return fromDump;
        }

        byte[]? dumped = fromDump > 0 ? destination.Slice(0, fromDump).ToArray() : null;
        int fromImage = image.Read((uint)offset, destination);
        if (fromImage <= fromDump || !PeRelocations.Apply(image, (uint)offset, destination.Slice(0, fromImage), module.BaseAddress.ToUInt64()))
        {
            dumped?.CopyTo(destination);
            return fromDump;
        }

        origin = image;
        return fromImage;
    }
}
