using BenchmarkDotNet.Attributes;
using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;

namespace KernelFault.Bench;

/// <summary>One dump, warm: opening it, reading every part, the whole answer.</summary>
[MemoryDiagnoser]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "GlobalCleanup disposes")]
public class DumpBenchmarks
{
    // BenchmarkDotNet derives from this class and disposes nothing: set-up and clean-up are its own.
    private KernelFaultAnalyzer? _analyzer;

    [GlobalSetup]
    public void Set() => _analyzer = new(new AnalysisOptions { UseLocalImages = false });

    [Benchmark(Baseline = true)]
    public uint Open()
    {
        using CrashDump dump = CrashDump.Open(BenchFiles.One);
        return ((WindowsDump)dump).Header.BugCheckCode;
    }

    [Benchmark]
    public int OpenAndReadEveryPart()
    {
        using var dump = (WindowsTriageDump)CrashDump.Open(BenchFiles.One);
        return dump.Drivers.Count + dump.UnloadedDrivers.Count + dump.DataBlocks.Count + dump.SecondaryData.Count + dump.Warnings.Count;
    }

    [Benchmark]
    public string Analyze() => _analyzer!.Analyze(BenchFiles.One).BucketId;

    [GlobalCleanup]
    public void Close() => _analyzer?.Dispose();
}
