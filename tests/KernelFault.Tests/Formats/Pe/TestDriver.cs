using System.Collections.Concurrent;

namespace KernelFault.Tests.Formats.Pe;

/// <summary>A driver compiled by clang and lld from the sources in <c>Drivers/</c>; each is built once.</summary>
internal sealed class TestDriver
{
    private static readonly ConcurrentDictionary<(string, string), Lazy<TestDriver>> Built = new();
    private static readonly Dictionary<string, (string[] Compiler, string[] Linker)> Options = new()
    {
        ["good"] = (["-Xclang", "-cfguard"], ["/guard:cf", "/cetcompat", "/Brepro", "/integritycheck", "/section:INIT,ERD"]),
        ["unprobed"] = ([], []),
        ["writable"] = ([], ["/section:.patch,RWE"]),
        ["open"] = ([], ["/highentropyva:no", "/nxcompat:no"]),
        ["ports"] = ([], []),
        ["delayed"] = ([], ["/dll", "/delayload:kfhal.dll", "/export:OnlyOrdinal,@9,NONAME", "/export:Passed=ntoskrnl.DbgPrint"]),
    };

    private readonly string _folder;

    private TestDriver(string name, string target)
    {
        _folder = SharedFolder.Make($"driver-{name}-{target}");
        foreach (string source in Directory.GetFiles(System.IO.Path.Combine(Corpus.RepositoryRoot, "tests", "KernelFault.Tests", "Formats", "Pe", "Drivers")))
        {
            File.Copy(source, System.IO.Path.Combine(_folder, System.IO.Path.GetFileName(source)));
        }

        string machine = target == "aarch64" ? "arm64" : "i386:x86-64";
        (string[] compiler, string[] linker) = Options[name];
        Run("clang", [$"--target={target}-pc-windows-msvc", "-ffreestanding", "-fno-stack-protector", "-mno-stack-arg-probe", "-O1", "-gcodeview", "-w", .. compiler, "-c", name + ".c", "-o", name + ".obj"]);
        Run("llvm-dlltool", ["-m", machine, "-d", "ntoskrnl.def", "-l", "ntoskrnl.lib"]);
        Run("llvm-dlltool", ["-m", machine, "-d", "hal.def", "-l", "hal.lib"]);
        Run("llvm-rc", ["/FO", "driver.res", "driver.rc"]);
        Run("lld-link", ["/nologo", "/driver", "/subsystem:native", "/entry:DriverEntry", "/nodefaultlib", "/debug", "/pdbaltpath:%_PDB%", name + ".obj", "driver.res", "ntoskrnl.lib", "hal.lib", .. linker, "/out:" + name + ".sys"]);
        Path = System.IO.Path.Combine(_folder, name + ".sys");
    }

    /// <summary>The driver's file. Not to be changed: other tests have it too.</summary>
    internal string Path { get; }

    /// <summary>Builds a driver; skips the calling test where the tools are missing.</summary>
    internal static TestDriver Build(string name, string target)
    {
        ExternalProgram.Require("clang", "lld-link", "llvm-dlltool", "llvm-rc");
        return Built.GetOrAdd((name, target), key => new Lazy<TestDriver>(() => new TestDriver(key.Item1, key.Item2))).Value;
    }

    internal string ReadObj(params string[] options)
    {
        ExternalProgram.Require("llvm-readobj");
        return Run("llvm-readobj", [.. options, System.IO.Path.GetFileName(Path)]);
    }

    private string Run(string program, string[] arguments) => ExternalProgram.Run(_folder, program, arguments);
}
