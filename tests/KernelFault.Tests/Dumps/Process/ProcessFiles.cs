using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Dumps.Process;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Process;

/// <summary>Process dumps of the builders with single fields changed.</summary>
internal static class ProcessFiles
{
    internal static byte[] Minidump(params (string Field, ulong Value)[] changes)
    {
        var builder = new MinidumpBuilder();
        return Change(builder.Build(), builder.Fields, changes);
    }

    internal static byte[] ElfCore(params (string Field, ulong Value)[] changes)
    {
        var builder = new ElfCoreBuilder();
        return Change(builder.Build(), builder.Fields, changes);
    }

    /// <summary>A minidump of another processor: its context stands where the x64 one stood.</summary>
    internal static byte[] Minidump(ushort processorArchitecture, byte[] context, params (string Field, ulong Value)[] changes)
    {
        var builder = new MinidumpBuilder();
        byte[] file = Change(builder.Build(), builder.Fields, [("SystemInfo.ProcessorArchitecture", processorArchitecture), .. changes]);
        int at = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(builder.Fields.First(f => f.Name == "Exception.ThreadContext.Rva").Offset));
        file.AsSpan(at, 0x4D0).Clear();
        context.CopyTo(file.AsSpan(at));
        return file;
    }

    internal static ProcessDump Open(TemporaryFile file) => Assert.IsType<ProcessDump>(CrashDump.Open(file.Path));

    private static byte[] Change(byte[] file, IReadOnlyList<DumpField> fields, (string Field, ulong Value)[] changes)
    {
        foreach ((string name, ulong value) in changes)
        {
            DumpField field = fields.First(f => f.Name == name);
            for (int i = 0; i < field.Size; i++)
            {
                file[field.Offset + i] = i < 8 ? (byte)(value >> (8 * i)) : (byte)0;
            }
        }

        return file;
    }
}
