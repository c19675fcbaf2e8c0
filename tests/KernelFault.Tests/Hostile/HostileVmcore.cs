using System.Buffers.Binary;
using System.Text;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>
/// A real vmcore that is damaged where an answer reads it: in the file (headers, notes, bitmaps, packed pages), in the memory it holds
/// (page tables, symbol tables, types, unwind tables, log, lists) and in VMCOREINFO. What is read is learnt from the whole file.
/// </summary>
internal sealed class HostileVmcore : IDisposable
{
    private readonly RandomAccessFile _file;
    private readonly LinuxVmcore _whole;
    private readonly HeldMemory _memory;
    private readonly byte[] _info;
    private readonly (ulong Start, int Length)[] _fileReads;
    private readonly (ulong Start, int Length)[][] _memoryReads;
    private readonly ulong _directMap;

    /// <summary>Learns what is read of a file.</summary>
    public HostileVmcore(string path)
    {
        _file = new RandomAccessFile(path);
        _whole = VmcoreFile.Open(_file);
        _memory = new HeldMemory((IVmcoreMemory)_whole.Memory);
        var kernel = LinuxKernel.Open(_whole);
        _directMap = kernel.Data.WordOf("page_offset_base") ?? 0xFFFF_8880_0000_0000;
        VmcoreInfo info = _whole.Info ?? throw new InvalidOperationException(path + " has no VMCOREINFO.");
        _info = Encoding.ASCII.GetBytes(string.Concat(info.Keys.Select(key => $"{key}={info.Text(key)}\n")));
        var patches = new Patches { Reads = [] };
        using (LinuxVmcore patched = VmcoreFile.Open(new PatchedFile(_file, patches)))
        {
            VmcoreQuestions.Analyze(patched);
        }

        _fileReads = InOrder(patches.Reads);
        _memoryReads = [.. VmcoreQuestions.All.Select(question =>
        {
            var seen = new Patches { Reads = [] };
            question.Ask(InMemory(seen, _info));
            return InOrder(seen.Reads);
        })];
    }

    /// <summary>Damages it in the way of a number and asks.</summary>
    /// <param name="number">Decides everything.</param>
    /// <param name="damage">What was done, for the report.</param>
    /// <returns>What is asked of the damaged copy.</returns>
    public Action Damage(long number, out string damage)
    {
        var random = new Random(unchecked((int)(number ^ (number >> 32))));
        var patches = new Patches();
        if (random.Next(8) == 0)
        {
            var file = new PatchedFile(_file, patches);
            DamageFile(random, file, patches);
            damage = $"file of {file.Length} bytes, {patches}";
            return () =>
            {
                using LinuxVmcore dump = VmcoreFile.Open(file);
                VmcoreQuestions.Analyze(dump);
            };
        }

        int question = random.Next(VmcoreQuestions.All.Count);
        byte[] info = random.Next(8) == 0 ? DamageInfo(random) : _info;
        if (ReferenceEquals(info, _info) || random.Next(2) == 0)
        {
            for (int i = Count(random); i > 0; i--)
            {
                DamageMemory(random, _memoryReads[question], patches);
            }
        }

        LinuxVmcore damaged = InMemory(patches, info);
        damage = $"{VmcoreQuestions.All[question].Name}, {patches}{(ReferenceEquals(info, _info) ? string.Empty : "\n" + Encoding.ASCII.GetString(info))}";
        return () => VmcoreQuestions.All[question].Ask(damaged);
    }

    public void Dispose() => _file.Dispose();

    private static (ulong Start, int Length)[] InOrder(HashSet<(ulong Start, int Length)> reads) => [.. reads.Order()];

    private static int Count(Random random) => 1 + random.Next(random.Next(8) == 0 ? 12 : 3);

    private LinuxVmcore InMemory(Patches patches, byte[] info) => InventedVmcore.Create(
        new PatchedMemory(_memory, patches), new VmcoreInfo(info), _whole.Architecture, [.. _whole.Processors]);

    private void DamageFile(Random random, PatchedFile file, Patches patches)
    {
        if (random.Next(8) == 0)
        {
            file.Length = random.NextInt64(_file.Length);
        }

        for (int i = Count(random); i > 0; i--)
        {
            (ulong start, int length) = _fileReads[random.Next(_fileReads.Length)];
            int size = Size(random, length);
            ulong at = start + (ulong)random.Next(length - size + 1);
            byte[] bytes = new byte[size];
            _ = _file.Read((long)at, bytes);
            Change(random, bytes, [(ulong)_file.Length, (ulong)_file.Length - at]);
            patches.Add(at, bytes);
        }
    }

    private void DamageMemory(Random random, (ulong Start, int Length)[] reads, Patches patches)
    {
        (ulong start, int length) = reads[random.Next(reads.Length)];
        int size = Size(random, length);
        ulong at = start + (ulong)(random.Next(length - size + 1) / size * size);
        byte[] bytes = new byte[size];
        _ = _memory.Read(new PhysicalAddress(at), bytes);

        // What the engine takes for a pointer or an entry then leads to itself, to its own table, or to where another one led.
        Span<byte> other = stackalloc byte[8];
        (ulong elsewhere, int _) = reads[random.Next(reads.Length)];
        _ = _memory.Read(new PhysicalAddress(elsewhere), other);
        Change(random, bytes, [_directMap + at, _directMap + elsewhere, (at & ~0xFFFUL) | 0x63, (elsewhere & ~0xFFFUL) | 0xE3, BinaryPrimitives.ReadUInt64LittleEndian(other)]);
        patches.Add(at, bytes);
    }

    private static int Size(Random random, int length)
    {
        int size = random.Next(8) == 0 ? random.Next(1, 4096) : 1 << random.Next(4);
        return Math.Min(size, length);
    }

    private static void Change(Random random, byte[] bytes, ReadOnlySpan<ulong> pointers)
    {
        Span<byte> value = stackalloc byte[8];
        if (bytes.Length > 8)
        {
            if (random.Next(2) == 0)
            {
                bytes.AsSpan().Fill((byte)random.Next(256));
            }
            else
            {
                random.NextBytes(bytes);
            }

            return;
        }

        value.Clear();
        bytes.CopyTo(value);
        ulong old = BinaryPrimitives.ReadUInt64LittleEndian(value);
        ulong changed = random.Next(6) switch
        {
            0 => (ulong)random.NextInt64(),
            1 => old + (ulong)random.NextInt64(-9, 10),
            2 => old ^ (1UL << random.Next(bytes.Length * 8)),
            3 => Mutation.Telling[random.Next(Mutation.Telling.Count)],
            _ => pointers[random.Next(pointers.Length)],
        };
        BinaryPrimitives.WriteUInt64LittleEndian(value, changed);
        value[..bytes.Length].CopyTo(bytes);
    }

    // A line of VMCOREINFO left out, doubled or cut; a digit changed; or a number that is one of those that tell.
    private byte[] DamageInfo(Random random)
    {
        List<string> lines = [.. Encoding.ASCII.GetString(_info).Split('\n')];
        for (int i = Count(random); i > 0; i--)
        {
            int at = random.Next(lines.Count);
            int equals = lines[at].IndexOf('=', StringComparison.Ordinal);
            switch (random.Next(6))
            {
                case 0:
                    lines[at] = string.Empty;
                    break;
                case 1:
                    lines[at] = lines[random.Next(lines.Count)];
                    break;
                case 2:
                    lines[at] = lines[at][..random.Next(lines[at].Length + 1)];
                    break;
                case 3 when lines[at].Length > 0:
                    lines[at] = lines[at].Remove(random.Next(lines[at].Length), 1) + (char)random.Next('0', 'g');
                    break;
                default:
                    ulong value = Mutation.Telling[random.Next(Mutation.Telling.Count)];
                    lines[at] = lines[at][..(equals + 1)] + (random.Next(2) == 0 ? value.ToString("x") : value.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }

        return Encoding.ASCII.GetBytes(string.Join('\n', lines));
    }
}
