using BenchmarkDotNet.Running;
using KernelFault.Bench;

// speed     prints the ratios of bench/speed.sh
// runs      prints the numbers of bench/run-speed.sh
// hostile   the long run of damaged files
// log-file  writes a kernel log: PATH MEGABYTES
// anything  BenchmarkDotNet's own arguments
return args switch
{
    ["speed", ..] => SpeedReport.Run(args[1..]),
    ["runs", ..] => RunsReport.Run(args[1..]),
    ["hostile", ..] => HostileCommand.Run(args[1..]),
    ["log-file", string path, string megabytes] => WriteLog(path, megabytes),
    _ => Benchmarks(args),
};

static int WriteLog(string path, string megabytes)
{
    LogFile.Write(path, long.Parse(megabytes, System.Globalization.CultureInfo.InvariantCulture) << 20);
    return 0;
}

static int Benchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(DumpBenchmarks).Assembly).Run(args);
    return 0;
}
