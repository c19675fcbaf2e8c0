using BenchmarkDotNet.Running;
using KernelFault.Bench;

// speed     prints the ratios of bench/speed.sh
// hostile   the long run of damaged files
// anything  BenchmarkDotNet's own arguments
return args switch
{
    ["speed", ..] => SpeedReport.Run(args[1..]),
    ["hostile", ..] => HostileCommand.Run(args[1..]),
    _ => Benchmarks(args),
};

static int Benchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(DumpBenchmarks).Assembly).Run(args);
    return 0;
}
