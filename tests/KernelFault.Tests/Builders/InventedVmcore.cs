using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Tests.Builders;

/// <summary>A vmcore without a file: memory, VMCOREINFO and processors as a test wants them.</summary>
internal static class InventedVmcore
{
    internal static LinuxVmcore Create(IVmcoreMemory memory, VmcoreInfo? info, Architecture architecture, params VmcoreProcessor[] processors) =>
        new(new NoFile(), new VmcoreContainer { Format = VmcoreFormat.Elf, PageSize = memory.PageSize, PageFrameLimit = 1 << 20 }, memory, info, processors, architecture, []);

    private sealed class NoFile : IByteSource
    {
        public string Path => "invented vmcore";

        public long Length => 0;

        public int Read(long offset, Span<byte> destination) => 0;

        public void Dispose()
        {
        }
    }
}
