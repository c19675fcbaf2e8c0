namespace KernelFault.Dumps.Linux;

/// <summary>A piece of the file that a flattened stream stands for.</summary>
/// <param name="Offset">Where it belongs in that file.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="StreamOffset">Where it lies in the stream.</param>
internal readonly record struct FlattenedRecord(long Offset, long Size, long StreamOffset)
{
    internal long End => Offset + Size;

    /// <summary>Sorts records by offset so that none overlaps another; where they did, the later in the stream counts.</summary>
    internal static FlattenedRecord[] Resolve(List<FlattenedRecord> records)
    {
        FlattenedRecord[] sorted = records.ToArray();
        Array.Sort(sorted, static (left, right) =>
        {
            int order = left.Offset.CompareTo(right.Offset);
            return order != 0 ? order : left.StreamOffset.CompareTo(right.StreamOffset);
        });
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Offset < sorted[i - 1].End)
            {
                return Cut(sorted);
            }
        }

        return sorted;
    }

    // A sweep over starts and ends with the records open at each point kept newest first. Few records of a real file overlap
    // (a header written once more), so it runs only then.
    private static FlattenedRecord[] Cut(FlattenedRecord[] sorted)
    {
        var result = new List<FlattenedRecord>(sorted.Length + 16);
        var open = new SortedSet<FlattenedRecord>(Comparer<FlattenedRecord>.Create(static (left, right) => right.StreamOffset.CompareTo(left.StreamOffset)));
        long position = 0;
        int next = 0;
        while (next < sorted.Length || open.Count > 0)
        {
            if (open.Count == 0)
            {
                position = sorted[next].Offset;
            }

            while (next < sorted.Length && sorted[next].Offset <= position)
            {
                open.Add(sorted[next++]);
            }

            FlattenedRecord newest = open.Min;
            if (newest.End <= position)
            {
                open.Remove(newest);
                continue;
            }

            // A newer record may start before this one ends.
            long end = next < sorted.Length ? Math.Min(newest.End, sorted[next].Offset) : newest.End;
            long stream = newest.StreamOffset + (position - newest.Offset);
            if (result.Count > 0 && result[result.Count - 1] is FlattenedRecord last && last.End == position && last.StreamOffset + last.Size == stream)
            {
                result[result.Count - 1] = last with { Size = last.Size + (end - position) };
            }
            else
            {
                result.Add(new FlattenedRecord(position, end - position, stream));
            }

            position = end;
        }

        return result.ToArray();
    }
}
