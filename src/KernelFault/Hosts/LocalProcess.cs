// Every wait is on threads of its own: thirty-two hosts at a time would starve the thread pool, which adds about one thread
// a second when all of its threads are blocked.
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace KernelFault.Hosts;

/// <summary>One process of this machine from its start to its end: input, outputs, time-out, cancellation.</summary>
internal sealed class LocalProcess : IDisposable
{
    // After the end of a program its children may hold its outputs open for ever. They are read as long as bytes come.
    private const int SilenceAfterEnd = 1000;
    private const int LookInterval = 50;
    private const int BufferSize = 64 * 1024;

    // A terminal and a service manager send their signals to a whole group of processes, a program and the one that runs it alike.
    // The program may be seen to end before the stop is: this long the stop is waited for.
    private const int StopInterval = 1000;
    private const int StackSize = 256 * 1024;

    private const int NotFound = 2;
    private const int NoSuchPath = 3;
    private const int NotPermitted = 5;
    private const int ArgumentListTooLong = 7;
    private const int PermissionDenied = 13;
    private const int FileNameTooLong = 206;
    private const int ElevationRequired = 740;

    private const int Hangup = 128 + 1;
    private const int Interrupt = 128 + 2;
    private const int Quit = 128 + 3;
    private const int Terminate = 128 + 15;

    private readonly string _host;
    private readonly LocalProcessCall _call;
    private readonly Process _process;
    private readonly CountdownEvent _open = new(2);
    private readonly ManualResetEventSlim _failed = new();
    private Exception? _failure;
    private int _lastActivity;

    private LocalProcess(string host, LocalProcessCall call, Process process) => (_host, _call, _process) = (host, call, process);

    /// <summary>Runs a process and waits for its end.</summary>
    /// <param name="host">Name of the host, for exceptions.</param>
    /// <param name="call">The process.</param>
    /// <param name="cancellation">Ends it and all it started.</param>
    /// <returns>Its exit code.</returns>
    internal static int Run(string host, LocalProcessCall call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var run = new LocalProcess(host, call, Start(host, call));
        return run.WaitForEnd(cancellation);
    }

    /// <summary>Why a program could not be started, by the error number of Windows or of Linux, which do not clash.</summary>
    internal static HostException NotStarted(string host, string program, int code, string message, Exception? inner)
    {
        (HostErrorKind kind, string why) = code switch
        {
            NotFound or NoSuchPath => (HostErrorKind.NotFound, "it is not there"),
            NotPermitted or PermissionDenied => (HostErrorKind.AccessDenied, "it may not be run by this user"),
            ElevationRequired => (HostErrorKind.AccessDenied, "it needs an administrator"),
            ArgumentListTooLong or FileNameTooLong => (HostErrorKind.TooLarge, "its arguments are longer than this system allows"),
            _ => (HostErrorKind.Failed, message),
        };
        return new HostException(host, kind, $"'{program}' could not be started: {why}.", inner);
    }

    public void Dispose()
    {
        _process.Dispose();

        // The events stay: a thread that reads what an orphaned child holds open may still set them.
    }

    private static Process Start(string host, LocalProcessCall call)
    {
        var start = new ProcessStartInfo(call.Path)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        ProcessArguments.Set(start, call.Arguments);
#if !NET
        OmitByteOrderMark();
#endif
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw NotStarted(host, call.Title, e.NativeErrorCode, e.Message, e);
        }
    }

    private int WaitForEnd(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        _lastActivity = Environment.TickCount;
        try
        {
            StartThread(() => Pump(_process.StandardOutput.BaseStream, _call.Output));
            StartThread(() => Pump(_process.StandardError.BaseStream, _call.Error));
            if (_call.Input is { Length: > 0 })
            {
                StartThread(WriteInput);
            }
            else if (!_call.HoldsInputOpen)
            {
                CloseInput();
            }

            WaitHandle[] signs = [_failed.WaitHandle, cancellation.WaitHandle, _open.WaitHandle];
            while (true)
            {
                int sign = WaitHandle.WaitAny(signs, LookInterval);
                ThrowFailure();
                cancellation.ThrowIfCancellationRequested();
                bool ended = sign == 2 ? _process.WaitForExit(LookInterval) : _process.HasExited;
                if (ended && (sign == 2 || unchecked(Environment.TickCount - Volatile.Read(ref _lastActivity)) > SilenceAfterEnd))
                {
                    int exitCode = _process.ExitCode;
                    if (exitCode is Hangup or Interrupt or Quit or Terminate && cancellation.WaitHandle.WaitOne(StopInterval))
                    {
                        throw new OperationCanceledException(cancellation);
                    }

                    return exitCode;
                }

                if (!ended && clock.Elapsed > _call.Timeout)
                {
                    throw new HostException(_host, HostErrorKind.TimedOut, $"'{_call.Title}' did not end within {_call.Timeout.TotalSeconds:0.#} s and was ended.");
                }
            }
        }
        finally
        {
            if (!_process.HasExited)
            {
                ProcessTree.Kill(_process);
                _process.WaitForExit(5000);
            }
        }
    }

    private void Pump(Stream stream, OutputSink sink)
    {
        try
        {
            byte[] buffer = new byte[BufferSize];
            int read;
            while ((read = stream.Read(buffer, 0, buffer.Length)) > 0)
            {
                Volatile.Write(ref _lastActivity, Environment.TickCount);
                sink(buffer, 0, read);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process was ended.
        }
#pragma warning disable CA1031 // What a sink throws is the caller's and is thrown again on the caller's thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            _failed.Set();
        }
        finally
        {
            _open.Signal();
        }
    }

    private void WriteInput()
    {
        try
        {
            Stream input = _process.StandardInput.BaseStream;
            input.Write(_call.Input!, 0, _call.Input!.Length);
            input.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // A program need not read its input.
        }

        if (!_call.HoldsInputOpen)
        {
            CloseInput();
        }
    }

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.BaseStream.Dispose();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The process has ended.
        }
    }

    private void ThrowFailure()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Capture(_failure).Throw();
        }
    }

    private static void StartThread(ThreadStart work) => new Thread(work, StackSize) { IsBackground = true, Name = "KernelFault process" }.Start();

#if !NET
    // .NET Framework sends the mark of the console's encoding ahead of a program's input.
    private static void OmitByteOrderMark()
    {
        try
        {
            if (Console.InputEncoding is System.Text.UTF8Encoding encoding && encoding.GetPreamble().Length > 0)
            {
                Console.InputEncoding = new System.Text.UTF8Encoding(false);
            }
        }
        catch (IOException)
        {
            // No console, so no encoding with a mark.
        }
    }
#endif
}
