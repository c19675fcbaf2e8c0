using KernelFault.Analysis.Linux;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Analysis.Processes;
using KernelFault.Analysis.Windows;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Dumps.Logs;
using KernelFault.Dumps.Process;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Kernels.Images;
using KernelFault.Kernels.Symbols;
using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>Turns a crash file into an answer. Holds nothing of one analysis: one instance serves any number of threads.</summary>
public sealed class KernelFaultAnalyzer : IDisposable
{
    private readonly WindowsAnalysis _windows;
    private readonly ProcessAnalysis _processes;
    private readonly ImageStore _images;
    private readonly AnalysisOptions _options;

    /// <summary>An analyzer that works with what <paramref name="options"/> names.</summary>
    /// <param name="options">Images and symbols at hand; null for none.</param>
    public KernelFaultAnalyzer(AnalysisOptions? options = null)
    {
        options ??= new AnalysisOptions();
        _options = options;
        _images = new ImageStore(options.ImagePath, options.UseLocalImages);
        _windows = new WindowsAnalysis(KnowledgeBase.Default, _images, options.SymbolPath.Count == 0 ? null : new SymbolStore(options.SymbolPath));
        _processes = new ProcessAnalysis(KnowledgeBase.Default, _images, options.ImagePath);
    }

    /// <summary>Closes the images that were opened.</summary>
    public void Dispose() => _images.Dispose();

    /// <summary>Analyses one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Formats.DumpFormatException">The file is of no supported kind, or too damaged to say anything.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public KernelFaultAnalysis Analyze(string path, CancellationToken cancellation = default)
    {
        using CrashDump dump = CrashDump.Open(path, cancellation);
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
        return dump switch
        {
            WindowsDump windows => _windows.Analyze(windows, cancellation),
            KernelLog log => LogAnalysis.Analyze(log, _options, cancellation),
            LinuxVmcore vmcore => VmcoreAnalysis.Analyze(vmcore, _options, cancellation),
            ProcessDump process => _processes.Analyze(process, cancellation),
            _ => throw new DumpFormatException(dump.Path, 0, $"expected a kind of dump that this release analyses, found {dump.Kind}."),
        };
    }
}
