using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Formats;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>A real kernel whose memory is damaged all over: page tables, symbol tables, lists and types alike.</summary>
public sealed class DamagedKernelTests
{
    private const int Rounds = 60;

    [SkippableFact]
    public void Damage_makes_answers_fewer_and_warnings_more_and_nothing_else()
    {
        using var real = Assert.IsType<LinuxVmcore>(CrashDump.Open(Corpus.File(Path.Combine("corpus", "linux", "null_deref", "vmcore"))));
        int opened = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // One byte in a million, up to one in a thousand.
            using LinuxVmcore dump = InventedVmcore.Create(
                new DamagedMemory((IVmcoreMemory)real.Memory, (ulong)round, 1_000_000UL >> (round % 11)), real.Info, real.Architecture, [.. real.Processors]);
            try
            {
                LinuxKernel kernel = LinuxKernel.Open(dump);
                opened += kernel.Symbols.Count > 0 ? 1 : 0;
                Ask(kernel, "vfs_write");
                Ask(kernel, "no_such_name");
                Ask(kernel, "kf_faults:update_counter");
                Assert.True(kernel.Modules.Count <= 4096);
            }
            catch (DumpFormatException)
            {
                // The one way to fail.
            }
        }

        Assert.True(opened > Rounds / 4, "Little damage leaves most of a kernel readable.");
    }

    private static void Ask(LinuxKernel kernel, string name)
    {
        if (kernel.Symbols.AddressOf(name) is { } address)
        {
            _ = kernel.Symbols.Find(address);
            _ = kernel.Disassemble(address, 20);
            _ = kernel.FindBugTableEntry(address);
            _ = kernel.FindExceptionTableEntry(address);
            Assert.True(kernel.PageTable.Walk(address).Levels.Count <= 5);
            _ = kernel.AddressSpace.RegionOf(address);
        }
    }

    private sealed class DamagedMemory(IVmcoreMemory whole, ulong seed, ulong oneIn) : IVmcoreMemory
    {
        public int PageSize => whole.PageSize;

        public ulong NextPresent(ulong frame) => whole.NextPresent(frame);

        public VmcorePages Count() => whole.Count();

        public PageAvailability Probe(PhysicalAddress address) => whole.Probe(address);

        // The same byte is damaged in the same way whenever it is read.
        public int Read(PhysicalAddress address, Span<byte> destination)
        {
            int read = whole.Read(address, destination);
            for (int i = 0; i < read; i++)
            {
                ulong mixed = (address.ToUInt64() + (ulong)i + (seed << 40)) * 0x9E37_79B9_7F4A_7C15;
                mixed = (mixed ^ (mixed >> 29)) * 0xBF58_476D_1CE4_E5B9;
                mixed ^= mixed >> 32;
                if (mixed % oneIn == 0)
                {
                    destination[i] = (byte)(mixed >> 40);
                }
            }

            return read;
        }
    }
}
