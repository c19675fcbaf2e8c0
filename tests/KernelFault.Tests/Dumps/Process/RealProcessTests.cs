using System.Diagnostics;
using System.Globalization;
using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Dumps.Process;
using KernelFault.Memory;
using ProcessModule = KernelFault.Dumps.Process.ProcessModule;

namespace KernelFault.Tests.Dumps.Process;

/// <summary>Programs that really crash, dumped by what really dumps them.</summary>
public sealed class RealProcessTests : IDisposable
{
    private const string Source = """
        __attribute__((noinline)) int store(int *p, int v) { p[10] = v; return p[3]; }
        __attribute__((noinline)) int outer(int *p) { int r = store(p, 7) + 1; return r * 2; }
        int main(int c, char **v) { return c > 1 ? 5 / (c - 2) : outer(0); }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-process-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_NET_exception_is_read_from_every_kind_of_createdump_file(int type)
    {
        using var analyzer = new KernelFaultAnalyzer();
        KernelFaultAnalysis answer = analyzer.Analyze(DumpNet("exception", type));

        Assert.Equal("System.InvalidOperationException", answer.Exception);
        Assert.EndsWith("System.InvalidOperationException in StartupHook.Order", answer.Title, StringComparison.Ordinal);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        Assert.Equal("KernelFault.Tests.dll", answer.Culprit!.Module);
        Assert.Equal(0.9, answer.Culprit.Confidence);
        Assert.Contains("System.NullReferenceException was thrown in StartupHook.Length", answer.Culprit.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("StartupHook.Length", answer.BucketId, StringComparison.Ordinal);
        string[] methods = [.. answer.Stack.Select(frame => frame.Function ?? string.Empty)];
        Assert.Contains("StartupHook.Order", methods);
        Assert.True(Array.IndexOf(methods, "StartupHook.Order") < Array.FindIndex(methods, method => method.Contains("Thread", StringComparison.Ordinal)));

        // Type 3 (triage) leaves messages out, because they may hold anything.
        bool message = answer.Findings.Any(finding => finding.Text.Contains("the order has no name", StringComparison.Ordinal));
        Assert.Equal(type != 3, message);
        Assert.Contains(answer.Findings, finding => finding.Id == FindingId.ManagedInnerException);
    }

    [SkippableFact]
    public void An_exception_that_reflection_wrapped_is_called_by_its_own_name()
    {
        using var analyzer = new KernelFaultAnalyzer();
        KernelFaultAnalysis answer = analyzer.Analyze(DumpNet("wrapped-exception", 1));

        Assert.EndsWith("System.InvalidOperationException in StartupHook.Order", answer.Title, StringComparison.Ordinal);
        Assert.Contains("System.Reflection.TargetInvocationException", answer.Findings.First(f => f.Id == FindingId.ManagedException).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_fail_fast_names_its_caller()
    {
        using var analyzer = new KernelFaultAnalyzer();
        KernelFaultAnalysis answer = analyzer.Analyze(DumpNet("fail-fast", 1));

        Assert.EndsWith("System.Environment.FailFast called in StartupHook.Initialize", answer.Title, StringComparison.Ordinal);
        Assert.Equal(FaultClass.Assertion, answer.FaultClass);
    }

    [SkippableFact]
    public void A_wild_write_of_NET_code_shows_the_method_that_asked_for_it()
    {
        using var analyzer = new KernelFaultAnalyzer();
        KernelFaultAnalysis answer = analyzer.Analyze(DumpNet("memory", 1));

        Assert.Contains(answer.Stack, frame => frame.Function == "StartupHook.Initialize");
        Assert.Equal("KernelFault.Tests.dll", answer.Culprit!.Module);
    }

    [Fact]
    public void Nothing_that_could_ask_a_symbol_server_is_shipped() =>
        Assert.Empty(Directory.GetFiles(AppContext.BaseDirectory, "Azure*.dll").Concat(Directory.GetFiles(AppContext.BaseDirectory, "Microsoft.Identity*.dll")));

    [SkippableFact]
    public void A_native_null_write_is_decoded_and_its_callers_found()
    {
        string core = DumpNative(string.Empty);
        using var analyzer = new KernelFaultAnalyzer();
        KernelFaultAnalysis answer = analyzer.Analyze(core);

        Assert.StartsWith("faulter: SIGSEGV writing 0x28 in faulter+0x", answer.Title, StringComparison.Ordinal);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        Assert.Equal(AccessKind.Write, answer.Address!.Access);
        Assert.Equal(new VirtualAddress(0x28), answer.Instruction!.EffectiveAddress);
        Assert.Equal("faulter", answer.Culprit!.Module);

        // What gdb itself says of the same file, by address.
        string[] expected = [.. Run("gdb", ["-batch", "-nx", "-ex", "bt", Path.Combine(_folder, "faulter"), core])
            .Split('\n').Where(line => line.StartsWith("#1 ", StringComparison.Ordinal) || line.StartsWith("#2 ", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])];
        Assert.Equal(2, expected.Length);
        ulong[] callers = [.. answer.Stack.Skip(1).Select(frame => frame.InstructionPointer!.Value.ToUInt64())];
        Assert.Equal(expected.Select(text => ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)), callers.Take(expected.Length));
    }

    [SkippableFact]
    public void A_native_division_by_zero_is_one()
    {
        using var analyzer = new KernelFaultAnalyzer();
        KernelFaultAnalysis answer = analyzer.Analyze(DumpNative("one"));

        Assert.StartsWith("faulter: SIGFPE in faulter+0x", answer.Title, StringComparison.Ordinal);
        Assert.Equal(FaultClass.DivideError, answer.FaultClass);
        Assert.Null(answer.Address);
    }

    [SkippableFact]
    public void Modules_of_a_real_core_do_not_overlap_and_have_build_ids()
    {
        using var dump = (ProcessDump)CrashDump.Open(DumpNative(string.Empty));

        ProcessModule libc = Assert.Single(dump.Modules, module => module.Name.StartsWith("libc.so", StringComparison.Ordinal) || module.Name.StartsWith("libc-", StringComparison.Ordinal));
        Assert.Equal(40, libc.BuildId!.Length);
        ProcessModule[] sorted = [.. dump.Modules.OrderBy(module => module.BaseAddress)];
        for (int i = 1; i < sorted.Length; i++)
        {
            Assert.True(sorted[i - 1].BaseAddress + sorted[i - 1].Size <= sorted[i].BaseAddress);
        }
    }

    private string DumpNet(string kind, int type)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), ".NET writes ELF cores on Linux only.");
        string dump = Path.Combine(_folder, "net.core");
        string self = typeof(RealProcessTests).Assembly.Location;
        Run("dotnet", ["exec", self], new Dictionary<string, string>
        {
            ["DOTNET_STARTUP_HOOKS"] = self,
            [StartupHook.Variable] = kind,
            ["DOTNET_DbgEnableMiniDump"] = "1",
            ["DOTNET_DbgMiniDumpType"] = type.ToString(CultureInfo.InvariantCulture),
            ["DOTNET_DbgMiniDumpName"] = dump,
        });
        Skip.IfNot(File.Exists(dump), "createdump could not write a dump of the child here (ptrace may be forbidden).");
        return dump;
    }

    private string DumpNative(string argument)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && IsInstalled("cc") && IsInstalled("gdb"), "cc and gdb are not both installed.");
        string program = Path.Combine(_folder, "faulter");
        string core = Path.Combine(_folder, "native.core");
        File.WriteAllText(program + ".c", Source);
        Run("cc", ["-O1", "-fno-omit-frame-pointer", "-o", program, program + ".c"]);
        Run("gdb", ["-batch", "-nx", "-ex", "set debuginfod enabled off", "-ex", "run " + argument, "-ex", "generate-core-file " + core, program]);
        Skip.IfNot(File.Exists(core), "gdb could not run or dump a program here.");
        return core;
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string Run(string program, string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (KeyValuePair<string, string> variable in environment ?? [])
        {
            start.Environment[variable.Key] = variable.Value;
        }

        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.Wait();
        return output;
    }
}
