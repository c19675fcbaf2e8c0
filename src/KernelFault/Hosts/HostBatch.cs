using System.Collections.Concurrent;

namespace KernelFault.Hosts;

/// <summary>
/// Does the same work on many hosts, several at a time, and gives the outcomes back as they come: the quick ones first. One host
/// that fails is one outcome with an error; the others go on.
/// </summary>
/// <remarks>
/// One thread adds and takes. The work runs on threads of its own, one a host at work: it waits for programs and networks, and
/// would starve the thread pool.
/// </remarks>
/// <typeparam name="TResult">What the work on a host gives.</typeparam>
public sealed class HostBatch<TResult> : IDisposable
{
    private readonly Func<IHost, CancellationToken, TResult>? _work;
    private readonly int _workers;
    private readonly CancellationTokenSource _cancellation;
    private readonly Queue<(string Name, Func<CancellationToken, TResult> Work)> _waiting = new();
    private readonly BlockingCollection<HostOutcome<TResult>> _outcomes = [];
    private int _running;

    /// <summary>An empty batch.</summary>
    /// <param name="work">What to do with a host; called on several threads at once.</param>
    /// <param name="workers">How many hosts at a time, at least 1.</param>
    /// <param name="cancellation">Ends all of it at once.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="workers"/> is less than 1.</exception>
    public HostBatch(Func<IHost, CancellationToken, TResult> work, int workers, CancellationToken cancellation)
        : this(workers, cancellation) => _work = work ?? throw new ArgumentNullException(nameof(work));

    /// <summary>An empty batch of machines that are connected to by the work on them.</summary>
    /// <param name="workers">How many hosts at a time, at least 1.</param>
    /// <param name="cancellation">Ends all of it at once.</param>
    internal HostBatch(int workers, CancellationToken cancellation)
    {
        _workers = workers >= 1 ? workers : throw new ArgumentOutOfRangeException(nameof(workers));
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>How many hosts were added.</summary>
    public int Added { get; private set; }

    /// <summary>How many outcomes were taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Adds a host; the work on it starts when a worker is free.</summary>
    /// <param name="name">The host as its user named it.</param>
    /// <param name="open">Connects to it, on the worker's thread. The host is disposed when the work on it is done.</param>
    public void Add(string name, Func<CancellationToken, IHost> open)
    {
        if (open is null)
        {
            throw new ArgumentNullException(nameof(open));
        }

        Add(name, token =>
        {
            using IHost host = open(token);
            return _work!(host, token);
        });
    }

    /// <summary>Adds a host with what is done to it; it starts when a worker is free.</summary>
    /// <param name="name">The host as its user named it.</param>
    /// <param name="work">Connects to it and does the work, on the worker's thread.</param>
    internal void Add(string name, Func<CancellationToken, TResult> work)
    {
        Added++;
        lock (_waiting)
        {
            _waiting.Enqueue((name ?? throw new ArgumentNullException(nameof(name)), work));
            if (_running >= _workers)
            {
                return;
            }

            _running++;
        }

        CancellationToken token = _cancellation.Token;
        new Thread(() => RunWorker(token)) { IsBackground = true, Name = "KernelFault host" }.Start();
    }

    /// <summary>Takes the next outcome if there is one already.</summary>
    /// <returns>The outcome; null when all hosts are still being worked on, or none is left.</returns>
    public HostOutcome<TResult>? TryTake()
    {
        if (!_outcomes.TryTake(out HostOutcome<TResult>? outcome))
        {
            return null;
        }

        Taken++;
        return outcome;
    }

    /// <summary>Waits for the next outcome.</summary>
    /// <returns>The outcome; null when none is left.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public HostOutcome<TResult>? Take()
    {
        if (Taken == Added)
        {
            return null;
        }

        HostOutcome<TResult> outcome = _outcomes.Take(_cancellation.Token);
        Taken++;
        return outcome;
    }

    /// <summary>Waits a while for the next outcome.</summary>
    /// <param name="wait">How long at most.</param>
    /// <returns>The outcome; null when none came in that time, or none is left.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public HostOutcome<TResult>? Take(TimeSpan wait)
    {
        if (Taken == Added || !_outcomes.TryTake(out HostOutcome<TResult>? outcome, (int)wait.TotalMilliseconds, _cancellation.Token))
        {
            return null;
        }

        Taken++;
        return outcome;
    }

    /// <summary>Ends what is still running, without waiting for it.</summary>
    public void Dispose()
    {
        // The outcomes are not disposed: a worker that is ending may still add to them.
        _cancellation.Cancel();
        _cancellation.Dispose();
    }

    private void RunWorker(CancellationToken token)
    {
        while (true)
        {
            (string Name, Func<CancellationToken, TResult> Work) next;
            lock (_waiting)
            {
                if (_waiting.Count == 0 || token.IsCancellationRequested)
                {
                    _running--;
                    return;
                }

                next = _waiting.Dequeue();
            }

            _outcomes.Add(WorkOn(next.Name, next.Work, token), CancellationToken.None);
        }
    }

    private static HostOutcome<TResult> WorkOn(string name, Func<CancellationToken, TResult> work, CancellationToken token)
    {
        try
        {
            return new HostOutcome<TResult>(name, work(token), null);
        }
#pragma warning disable CA1031 // Whatever one host causes must not end the work on the others: it is that host's outcome.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new HostOutcome<TResult>(name, default, e);
        }
    }
}
