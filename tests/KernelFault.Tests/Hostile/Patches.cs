namespace KernelFault.Tests.Hostile;

/// <summary>Damage laid over bytes that stay as they are; and a record of what was read.</summary>
internal sealed class Patches
{
    private readonly List<(ulong Start, byte[] Bytes)> _all = [];

    /// <summary>Where reads began and how long they were; null to keep none.</summary>
    public HashSet<(ulong Start, int Length)>? Reads { get; set; }

    /// <summary>What was laid over, for the report.</summary>
    public override string ToString() => string.Join("; ", _all.Select(p => $"0x{p.Start:x}: {Convert.ToHexStringLower(p.Bytes)}"));

    /// <summary>Takes all damage away.</summary>
    public void Clear() => _all.Clear();

    /// <summary>Lays bytes over what is at an offset or address.</summary>
    public void Add(ulong start, byte[] bytes) => _all.Add((start, bytes));

    /// <summary>Lays the damage over what was read.</summary>
    public void Apply(ulong start, Span<byte> read)
    {
        if (Reads is not null && read.Length > 0)
        {
            Reads.Add((start, read.Length));
        }

        foreach ((ulong at, byte[] bytes) in _all)
        {
            if (at < start + (ulong)read.Length && start < at + (ulong)bytes.Length)
            {
                ulong from = Math.Max(at, start);
                int length = (int)(Math.Min(at + (ulong)bytes.Length, start + (ulong)read.Length) - from);
                bytes.AsSpan((int)(from - at), length).CopyTo(read[(int)(from - start)..]);
            }
        }
    }
}
