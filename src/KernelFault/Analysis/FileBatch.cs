namespace KernelFault.Analysis;

/// <summary>
/// Does the same work on many files, several at a time, and gives the outcomes back in the order in which the files were
/// added, as soon as that order allows. One file that fails is one outcome with an error; the others go on.
/// </summary>
/// <remarks>One thread adds and takes; the work itself runs on the thread pool.</remarks>
/// <typeparam name="TResult">What the work gives.</typeparam>
public sealed class FileBatch<TResult> : IDisposable
{
    // Outcomes wait for their turn behind a slow file; this bounds how many.
    private const int WaitingPerWorker = 16;

    private readonly Func<string, CancellationToken, TResult> _work;
    private readonly int _workers;
    private readonly CancellationTokenSource _cancellation;
    private readonly Queue<TaskCompletionSource<FileOutcome<TResult>>> _pending = new();
    private readonly Queue<(string Path, TaskCompletionSource<FileOutcome<TResult>> Outcome)> _waiting = new();
    private int _running;

    /// <summary>An empty batch.</summary>
    /// <param name="work">What to do with a file; called on several threads at once.</param>
    /// <param name="workers">How many files at a time, at least 1.</param>
    /// <param name="cancellation">Ends all of it at once.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="workers"/> is less than 1.</exception>
    public FileBatch(Func<string, CancellationToken, TResult> work, int workers, CancellationToken cancellation)
    {
        _work = work ?? throw new ArgumentNullException(nameof(work));
        _workers = workers >= 1 ? workers : throw new ArgumentOutOfRangeException(nameof(workers));
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>How many files were added.</summary>
    public int Added { get; private set; }

    /// <summary>How many outcomes were taken.</summary>
    public int Taken { get; private set; }

    /// <summary>True when outcomes should be taken before more files are added.</summary>
    public bool IsFull => _pending.Count >= _workers * WaitingPerWorker;

    /// <summary>Adds a file; the work on it starts when a worker is free.</summary>
    /// <param name="path">The file.</param>
    public void Add(string path)
    {
        var outcome = new TaskCompletionSource<FileOutcome<TResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending.Enqueue(outcome);
        Added++;
        lock (_waiting)
        {
            _waiting.Enqueue((path, outcome));
            if (_running >= _workers)
            {
                return;
            }

            _running++;
        }

        _ = Task.Run(RunWorker, CancellationToken.None);
    }

    /// <summary>Takes the next outcome if it is there already.</summary>
    /// <returns>The outcome; null when the next file is still being worked on, or none is left.</returns>
    public FileOutcome<TResult>? TryTake() => _pending.Count > 0 && _pending.Peek().Task.IsCompleted ? Take() : null;

    /// <summary>Waits for the next outcome.</summary>
    /// <returns>The outcome; null when none is left.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FileOutcome<TResult>? Take()
    {
        if (_pending.Count == 0)
        {
            return null;
        }

        Task<FileOutcome<TResult>> next = _pending.Peek().Task;
        next.Wait(_cancellation.Token);
        _pending.Dequeue();
        Taken++;
        return next.Result;
    }

    /// <summary>Ends what is still running.</summary>
    public void Dispose()
    {
        _cancellation.Cancel();
        _cancellation.Dispose();
    }

    private void RunWorker()
    {
        CancellationToken token;
        try
        {
            token = _cancellation.Token;
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        while (true)
        {
            (string Path, TaskCompletionSource<FileOutcome<TResult>> Outcome) next;
            lock (_waiting)
            {
                if (_waiting.Count == 0 || token.IsCancellationRequested)
                {
                    _running--;
                    return;
                }

                next = _waiting.Dequeue();
            }

            next.Outcome.SetResult(WorkOn(next.Path, token));
        }
    }

    private FileOutcome<TResult> WorkOn(string path, CancellationToken token)
    {
        try
        {
            return new FileOutcome<TResult>(path, _work(path, token), null);
        }
#pragma warning disable CA1031 // Whatever one file causes must not end the work on the others: it is that file's outcome.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new FileOutcome<TResult>(path, default, e);
        }
    }
}
