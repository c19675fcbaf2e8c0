namespace KernelFault.Playbooks.Running;

/// <summary>A machine's journal while it is worked on: what is written is also what is known.</summary>
internal sealed class HostJournal : IDisposable
{
    private readonly JournalFile? _file;

    private HostJournal(JournalFile? file, HostHistory history, IReadOnlyList<string> warnings) => (_file, History, Warnings) = (file, history, warnings);

    /// <summary>What it tells.</summary>
    internal HostHistory History { get; }

    /// <summary>What of it could not be read.</summary>
    internal IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens it, and reads what is there.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="write">How it is written.</param>
    /// <exception cref="JournalException">A line in the middle is damaged, so that nobody knows what was done; or it cannot be opened.</exception>
    internal static HostJournal Open(string path, JournalWrite write)
    {
        JournalReading read = JournalFile.Read(path);
        if (read.IsDamaged)
        {
            throw new JournalException("What was done cannot be told, so nothing more is: " + string.Join(" ", read.Warnings));
        }

        return new HostJournal(JournalFile.Append(path, read.Length, write), HistoryOf(read), read.Warnings);
    }

    /// <summary>One that is not kept, for a rehearsal.</summary>
    /// <param name="path">The journal that it begins with; it need not be there.</param>
    internal static HostJournal InMemory(string path)
    {
        JournalReading read = JournalFile.Read(path);
        return new HostJournal(null, HistoryOf(read), read.Warnings);
    }

    /// <summary>Writes a record, and counts it when it is on the disk.</summary>
    /// <exception cref="JournalException">It could not be written.</exception>
    internal void Append(JournalRecord record) => History.Apply(_file is null ? record : _file.Append(record));

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>What a journal tells.</summary>
    internal static HostHistory HistoryOf(JournalReading read)
    {
        var history = new HostHistory();
        foreach (JournalRecord record in read.Records)
        {
            history.Apply(record);
        }

        return history;
    }
}
