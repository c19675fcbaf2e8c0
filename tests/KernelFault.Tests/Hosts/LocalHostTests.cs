using System.Diagnostics;
using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public sealed class LocalHostTests : IDisposable
{
    private readonly LocalHost _host = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public LocalHostTests() => Skip.If(OperatingSystem.IsWindows(), "These tests run programs of Linux.");

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [SkippableFact]
    public void EveryArgumentArrivesAsItIs() => QuotingTraps.Run(_host, some: 1);

    [SkippableFact]
    public void ACommandLineOfWindowsIsCutIntoTheSameArguments()
    {
        // The runtime cuts this text by Windows' rules on every system.
        foreach (string[] arguments in (string[][])[[.. QuotingTraps.All], .. QuotingTraps.All.Select(trap => (string[])[trap])])
        {
            ProgramCall call = QuotingTraps.Call(arguments);
            var start = new ProcessStartInfo(call.Program, WindowsCommandLine.Of(call.Arguments)) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;

            Assert.Equal(QuotingTraps.Expected(arguments), process.StandardOutput.ReadToEnd());
        }
    }

    [SkippableFact]
    public void ExitCodeInputAndBothOutputsComeBackByteForByte()
    {
        byte[] input = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        ProgramResult result = _host.Run(new ProgramCall("sh", "-c", "cat; printf '\\377\\0' >&2; exit 7") { Input = input }, CancellationToken.None);

        Assert.Equal(7, result.ExitCode);
        Assert.Equal(input, result.Output);
        Assert.Equal([0xFF, 0], result.Error);
    }

    [SkippableFact]
    public void AProgramThatASignalEndsHasAnExitCodeAbove128() =>
        Assert.Equal(128 + 15, _host.Run(new ProgramCall("sh", "-c", "kill -TERM $$"), CancellationToken.None).ExitCode);

    [SkippableFact]
    public void AProgramMayLeaveItsInputUnread() =>
        Assert.Equal(0, _host.Run(new ProgramCall("true") { Input = new byte[1 << 20] }, CancellationToken.None).ExitCode);

    [SkippableFact]
    public void OutputIsToldOfAsItComes()
    {
        var pieces = new List<string>();

        _host.Run(
            new ProgramCall("sh", "-c", "echo one; sleep 0.3; echo two") { OnOutput = piece => pieces.Add(Encoding.ASCII.GetString(piece.Bytes)) },
            CancellationToken.None);

        Assert.Equal(["one\n", "two\n"], pieces);
    }

    [SkippableFact]
    public void MoreOutputThanAllowedEndsTheProgram()
    {
        var clock = Stopwatch.StartNew();

        HostException error = Assert.Throws<HostException>(() => _host.Run(new ProgramCall("yes") { MaximumOutput = 100_000 }, CancellationToken.None));

        Assert.Equal(HostErrorKind.TooLarge, error.Kind);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    [SkippableFact]
    public void FiftyMegabytesComeBackWhole()
    {
        ProgramResult result = _host.Run(new ProgramCall("head", "-c", "52428800", "/dev/zero"), CancellationToken.None);

        Assert.Equal(52428800, result.Output.Length);
    }

    [SkippableFact]
    public void ATimeOutEndsTheProgramAndAllItStarted()
    {
        string marker = Path.Combine(_folder, "alive");

        HostException error = Assert.Throws<HostException>(
            () => _host.Run(new ProgramCall("sh", "-c", "sh -c 'sleep 2; touch \"$0\"' \"$0\"", marker) { Timeout = TimeSpan.FromSeconds(0.5) }, CancellationToken.None));

        Assert.Equal(HostErrorKind.TimedOut, error.Kind);
        Thread.Sleep(2500);
        Assert.False(File.Exists(marker), "The program's child went on.");
    }

    [SkippableFact]
    public void CancellingEndsTheProgramAtOnce()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        var clock = Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(() => _host.Run(new ProgramCall("sleep", "60"), cancel.Token));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }

    [SkippableFact]
    public void AChildThatHoldsTheOutputOpenIsNotWaitedFor()
    {
        var clock = Stopwatch.StartNew();

        ProgramResult result = _host.Run(new ProgramCall("sh", "-c", "sleep 20 & echo done"), CancellationToken.None);

        Assert.Equal("done\n", Encoding.ASCII.GetString(result.Output));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    [SkippableFact]
    public void AProgramThatIsNotThereIsSaidToBe()
    {
        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => _host.Run(new ProgramCall("no-such-program"), CancellationToken.None)).Kind);
        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => _host.Run(new ProgramCall("/no/such/program"), CancellationToken.None)).Kind);
    }

    [SkippableFact]
    public void AProgramInTheCurrentFolderIsNotFoundByItsName()
    {
        string name = "kf-planted";
        File.WriteAllText(Path.Combine(Environment.CurrentDirectory, name), "#!/bin/sh\necho planted\n");
        ExternalProgram.Run(Environment.CurrentDirectory, "chmod", "+x", name);
        try
        {
            Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => _host.Run(new ProgramCall(name), CancellationToken.None)).Kind);
        }
        finally
        {
            File.Delete(Path.Combine(Environment.CurrentDirectory, name));
        }
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("-c")]
    [InlineData("a\0b")]
    public void ANameThatNoProgramHasIsRefused(string program) =>
        Assert.Throws<ArgumentException>(() => _host.Run(new ProgramCall(program), CancellationToken.None));

    [SkippableFact]
    public void FactsAreThoseOfTheMachine()
    {
        HostFacts facts = _host.GetFacts(CancellationToken.None);

        Skip.IfNot(OperatingSystem.IsLinux());
        Assert.Equal(HostPlatform.Linux, facts.Platform);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), facts.Build);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/hostname").Trim(), facts.ComputerName);
        Assert.Contains(facts.OperatingSystem!, File.ReadAllText("/etc/os-release"), StringComparison.Ordinal);
        Assert.Equal(ExternalProgram.Run("/", "id", "-u").Trim() == "0", facts.IsElevated);
        Assert.Contains("btime " + new DateTimeOffset(facts.BootTime!.Value).ToUnixTimeSeconds(), File.ReadAllText("/proc/stat"), StringComparison.Ordinal);
        Assert.NotNull(facts.PendingRestart);
    }

    [SkippableFact]
    public void AScriptGetsItsJsonAndGivesTextAndErrors()
    {
        ExternalProgram.Require("pwsh");
        string json = "{\"text\":\"it's \\\"quoted\\\" \\u4f60 $(1+1) `n\"}";

        ScriptResult result = _host.RunScript(
            new ScriptCall("test", "param([string]$Json)\n(ConvertFrom-Json $Json).text\nWrite-Error 'not good'\n'你好'\nWrite-Host 'noise'\nthrow 'stopped'") { Json = json },
            CancellationToken.None);

        Assert.Equal("it's \"quoted\" 你 $(1+1) `n\n你好", result.Output);
        Assert.Equal(["not good", "stopped"], result.Errors);
    }

    [SkippableFact]
    public void AScriptThatCannotBeParsedIsAnError()
    {
        ExternalProgram.Require("pwsh");

        HostException error = Assert.Throws<HostException>(() => _host.RunScript(new ScriptCall("broken", "param([string]$Json) if ("), CancellationToken.None));

        Assert.Equal(HostErrorKind.Failed, error.Kind);
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void FilesAreFoundListedReadHashedAndCopied() => HostFileChecks.Reading(_host, _folder);

    [SkippableFact]
    public void AFileIsWrittenWholeAndKeepsItsPermissions() => HostFileChecks.Writing(_host, _folder);

    [SkippableFact]
    public void WhatCannotBeReadSaysWhy() => HostFileChecks.Errors(_host, _folder);

    [SkippableFact]
    public void FilesOfProcAreReadToTheirEnd() =>
        Assert.Equal(File.ReadAllBytes("/proc/sys/kernel/osrelease"), _host.ReadFile("/proc/sys/kernel/osrelease", 1000, CancellationToken.None));

    [SkippableFact]
    public void TheLocalMachineIsNotRestarted() =>
        Assert.Equal(HostErrorKind.NotSupported, Assert.Throws<HostException>(() => _host.Restart(TimeSpan.FromMinutes(1), CancellationToken.None)).Kind);
}
