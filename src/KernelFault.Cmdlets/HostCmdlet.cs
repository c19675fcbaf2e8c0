using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>
/// A cmdlet that does the same work on many machines, several at a time, and writes what comes back host by host as it comes.
/// Without any of its parameters it works on the machine it runs on. A class that derives from it names
/// <see cref="ComputerNameSet"/> as its default parameter set.
/// </summary>
/// <typeparam name="TResult">What the work on one host gives.</typeparam>
public abstract class HostCmdlet<TResult> : EngineCmdlet
{
    /// <summary>The parameter set of machines by name, and of the local machine.</summary>
    protected const string ComputerNameSet = "ComputerName";

    /// <summary>The parameter set of PowerShell over SSH.</summary>
    protected const string HostNameSet = "HostName";

    /// <summary>The parameter set of PowerShell sessions.</summary>
    protected const string SessionSet = "Session";

    /// <summary>The parameter set of a Windows that is not running.</summary>
    protected const string WindowsDirectorySet = "WindowsDirectory";

    // How long a worker waits at most until what it has to say is heard.
    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<Action> _calls = new();
    private readonly ProgressRecord _progress = new(2, "Asking machines", " ");
    private HostBatch<TResult>? _batch;
    private int _lastProgress;
    private bool _progressShown;

    /// <summary>Machines: a name for WinRM, <c>ssh://user@host:port</c> for OpenSSH, <c>localhost</c> or <c>.</c> for this one.</summary>
    [Parameter(ParameterSetName = ComputerNameSet, ValueFromPipelineByPropertyName = true)]
    [Alias("Cn")]
    [ValidateNotNullOrEmpty]
    public string[] ComputerName { get; set; } = [];

    /// <summary>The user for WinRM; by default the one who runs this.</summary>
    [Parameter(ParameterSetName = ComputerNameSet)]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Machines that PowerShell reaches over SSH.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostNameSet)]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>The user there; null for what the configuration of SSH says.</summary>
    [Parameter(ParameterSetName = HostNameSet)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The file of the private key; null for what the configuration of SSH says.</summary>
    [Parameter(ParameterSetName = HostNameSet)]
    [ValidateNotNullOrEmpty]
    [Alias("IdentityFilePath")]
    public string? KeyFilePath { get; set; }

    /// <summary>The port; 0 for what the configuration of SSH says.</summary>
    [Parameter(ParameterSetName = HostNameSet)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>Open sessions; they stay open.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SessionSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PSSession[] Session { get; set; } = [];

    /// <summary>Folders of a Windows that is not running, such as <c>D:\Windows</c> or where its disk is mounted. Nothing is run there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WindowsDirectorySet)]
    [ValidateNotNullOrEmpty]
    public string[] WindowsDirectory { get; set; } = [];

    /// <summary>How many machines are worked on at a time.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 32;

    /// <summary>Works on one machine. Called on several threads at once, never on the pipeline's.</summary>
    /// <param name="host">The machine; disposed afterwards.</param>
    /// <param name="cancellation">Cancelled when the pipeline is stopped.</param>
    /// <returns>What is written.</returns>
    protected abstract TResult Work(IHost host, CancellationToken cancellation);

    /// <summary>Writes the result of one machine, on the pipeline's thread.</summary>
    /// <param name="host">The machine as its user named it.</param>
    /// <param name="result">What <see cref="Work"/> gave.</param>
    protected virtual void Write(string host, TResult result) => WriteObject(result, enumerateCollection: true);

    /// <inheritdoc/>
    protected override void BeginProcessing() => _batch = new HostBatch<TResult>(Work, ThrottleLimit, Cancellation);

    /// <summary>Does something on the pipeline's thread, which alone may write; soon, and in the order in which it was asked for.</summary>
    /// <param name="action">What to do. Called from a worker's thread.</param>
    protected void Post(Action action) => _calls.Enqueue(action);

    /// <summary>Adds the machines of the parameters; the work on them begins at once.</summary>
    protected virtual void AddHosts()
    {
        foreach ((string name, Func<CancellationToken, IHost> open) in Hosts())
        {
            _batch!.Add(name, open);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        AddHosts();
        WritePosted();
        while (_batch!.TryTake() is HostOutcome<TResult> outcome)
        {
            WritePosted();
            Report(outcome);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            while (_batch!.Taken < _batch.Added)
            {
                HostOutcome<TResult>? outcome = _batch.Take(s_wait);
                WritePosted();
                if (outcome is not null)
                {
                    Report(outcome);
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        if (_progressShown)
        {
            _progress.RecordType = ProgressRecordType.Completed;
            WriteProgress(_progress);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _batch?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The machines that the parameters name, and how to connect to them.</summary>
    /// <returns>Names, each with what connects on a worker's thread.</returns>
    private protected virtual IEnumerable<(string Name, Func<CancellationToken, IHost> Open)> Hosts() => ParameterSetName switch
    {
        HostNameSet => HostName.Select(name => HostConnection.OverSsh(name, UserName, KeyFilePath, Port)),
        SessionSet => Session.Select(HostConnection.To),
        WindowsDirectorySet => WindowsDirectory.Select(folder => HostConnection.ToFolder(SessionState.Path.GetUnresolvedProviderPathFromPSPath(folder))),
        _ when ComputerName.Length > 0 => ComputerName.Select(name => HostConnection.To(name, Credential, SessionState.Path.GetUnresolvedProviderPathFromPSPath)),
        _ => [HostConnection.ToThisMachine()],
    };

    private void WritePosted()
    {
        while (_calls.TryDequeue(out Action? call))
        {
            call();
        }
    }

    private void Report(HostOutcome<TResult> outcome)
    {
        WriteProgress(outcome.Host);
        if (outcome.Error is null)
        {
            Write(outcome.Host, outcome.Result!);
        }
        else
        {
            WriteError(HostError.Of(outcome.Error, outcome.Host));
        }
    }

    // Ten times a second is enough for an eye; a console takes milliseconds to draw it.
    private void WriteProgress(string host)
    {
        int now = Environment.TickCount;
        if (_batch!.Added < 2 || unchecked(now - _lastProgress) < 100)
        {
            return;
        }

        _lastProgress = now;
        _progressShown = true;
        _progress.StatusDescription = $"{_batch.Taken} of {_batch.Added}";
        _progress.CurrentOperation = PrintableText.Clean(host);
        _progress.PercentComplete = (int)(100L * _batch.Taken / _batch.Added);
        WriteProgress(_progress);
    }
}
