using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>Turns what the engine says of its progress into records, as many as an eye can follow.</summary>
/// <param name="host">The machine.</param>
/// <param name="activity">Id of its bar.</param>
/// <param name="write">Writes a record; called on any thread.</param>
internal sealed class HostChangeProgress(string host, int activity, Action<ProgressRecord> write) : IProgress<HostProgress>, IDisposable
{
    private const int Interval = 100;

    private readonly object _lock = new();
    private int _last = unchecked(Environment.TickCount - Interval);
    private HostProgress? _shown;

    /// <inheritdoc/>
    public void Report(HostProgress value)
    {
        lock (_lock)
        {
            int now = Environment.TickCount;
            bool another = _shown?.Status != value.Status;
            if (value == _shown || (!another && unchecked(now - _last) < Interval))
            {
                return;
            }

            _last = now;
            _shown = value;
        }

        write(Record(value, ProgressRecordType.Processing));
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        if (_shown is { } shown)
        {
            write(Record(shown, ProgressRecordType.Completed));
        }
    }

    private ProgressRecord Record(HostProgress value, ProgressRecordType type) => new(activity, PrintableText.Clean(host), PrintableText.Clean(value.Status) is { Length: > 0 } status ? status : " ")
    {
        PercentComplete = value.Percentage is { } percentage ? (int)Math.Max(0, Math.Min(100, percentage)) : -1,
        RecordType = type,
    };
}
