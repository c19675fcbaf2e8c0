using KernelFault.Dumps;

namespace KernelFault.Analysis;

/// <summary>Turns a crash file into an answer. Holds nothing of one analysis: one instance serves any number of threads.</summary>
public sealed class KernelFaultAnalyzer
{
    private readonly AnalysisOptions _options;

    /// <summary>An analyzer that works with what <paramref name="options"/> names.</summary>
    /// <param name="options">Images and symbols at hand; null for none.</param>
    public KernelFaultAnalyzer(AnalysisOptions? options = null)
    {
        _options = options ?? new AnalysisOptions();
    }

    /// <summary>Analyses one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Formats.DumpFormatException">The file is of no supported kind, or too damaged to say anything.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public KernelFaultAnalysis Analyze(string path, CancellationToken cancellation = default)
    {
        using CrashDump dump = CrashDump.Open(path);
        return Analyze(dump, cancellation);
    }

    /// <summary>Analyses an open dump.</summary>
    /// <param name="dump">The dump; it stays open.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public KernelFaultAnalysis Analyze(CrashDump dump, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        throw new NotSupportedException($"{dump.Kind} is not analysed yet ({_options.ImagePath.Count} image paths).");
    }
}
