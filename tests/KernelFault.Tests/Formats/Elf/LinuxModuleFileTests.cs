using KernelFault.Formats;
using KernelFault.Formats.Elf;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Formats.Elf;

/// <summary>Module files, against what modinfo says of them.</summary>
public sealed class LinuxModuleFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("x86_64", 62)]
    [InlineData("aarch64", 183)]
    [InlineData("i686", 3)]
    public void A_module_tells_what_its_source_says(string target, long machine)
    {
        LinuxModuleFile module = LinuxModuleFile.Open(TestModule.Build(_folder, target));

        Assert.Empty(module.Warnings);
        Assert.Equal(machine, module.Machine);
        Assert.Equal(("kftest", "2.5", "A module for tests", "Proprietary"), (module.Name, module.Version, module.Description, module.License));
        Assert.Equal(["One", "Two"], module.Authors);
        Assert.Equal(["first", "second"], module.Dependencies);
        Assert.Equal(["speed"], module.Parameters);
        Assert.Equal(["kf/test.bin"], module.Firmware);
        Assert.Equal(("6.1.0 SMP", "0123456789ABCDEF", false), (module.VersionMagic, module.SourceVersion, module.IsInTree));
        Assert.Equal("deadbeef05060708090a0b0c0d0e0f1011121314", module.BuildId);
        Assert.Null(module.Signature);
        Assert.Null(module.Compression);
    }

    [SkippableTheory]
    [InlineData("sha256", false)]
    [InlineData("sha512", false)]
    [InlineData("sha256", true)]
    public void A_signature_tells_signer_key_and_hash_as_modinfo_does(string hash, bool byIdentifier)
    {
        ExternalProgram.Require("modinfo");
        string signed = TestModule.Sign(_folder, TestModule.Build(_folder), hash, byIdentifier);

        ModuleSignature signature = Assert.IsType<ModuleSignature>(LinuxModuleFile.Open(signed).Signature);

        Assert.Equal(("PKCS#7", hash.ToUpperInvariant(), "RSA"), (signature.Format, signature.HashAlgorithm, signature.SignatureAlgorithm));
        if (byIdentifier)
        {
            string identifier = ExternalProgram.Run(_folder.Path, "openssl", "x509", "-in", "cert.pem", "-noout", "-ext", "subjectKeyIdentifier").Split('\n')[1];
            Assert.Equal(identifier.Replace(":", string.Empty, StringComparison.Ordinal).Trim(), signature.KeyId);
            Assert.Null(signature.Signer);
        }
        else
        {
            Dictionary<string, string> said = Modinfo([signed]).Single();
            Assert.Equal(("Contoso module key", said["signer"]), (signature.Signer, signature.Signer));
            Assert.Equal(said["sig_key"].Replace(":", string.Empty, StringComparison.Ordinal), signature.KeyId);
            Assert.Equal(said["sig_hashalgo"], signature.HashAlgorithm, ignoreCase: true);
        }
    }

    [SkippableTheory]
    [InlineData("xz", "--check=crc32 --lzma2=dict=1MiB -k")]
    [InlineData("zstd", "-q -19")]
    [InlineData("gzip", "-n -k")]
    public void A_packed_module_says_the_same(string program, string options)
    {
        ExternalProgram.Require(program);
        string plain = TestModule.Build(_folder);
        LinuxModuleFile expected = LinuxModuleFile.Open(plain);
        ExternalProgram.Run(_folder.Path, program, [.. options.Split(' '), plain]);

        LinuxModuleFile packed = LinuxModuleFile.Open(Directory.GetFiles(_folder.Path, "kftest.ko.*").Single(file => file != plain));

        Assert.Equal(program, packed.Compression);
        Assert.Equal(expected.Information, packed.Information);
        Assert.Equal((expected.BuildId, expected.Machine), (packed.BuildId, packed.Machine));
    }

    [SkippableFact]
    public void Installed_modules_say_what_modinfo_says()
    {
        ExternalProgram.Require("modinfo");
        string[] all = Directory.Exists("/lib/modules")
            ? [.. Directory.EnumerateFiles("/lib/modules", "*.ko*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Order()]
            : [];
        string[] files = [.. all.Where((_, i) => i % Math.Max(1, all.Length / 60) == 0)];
        Skip.If(files.Length == 0, "No kernel modules are installed: the comparison with modinfo is skipped.");

        foreach ((string file, Dictionary<string, string> said) in files.Zip(Modinfo(files)))
        {
            LinuxModuleFile module = LinuxModuleFile.Open(file);
            Assert.Empty(module.Warnings);
            Assert.Equal(said["name"], module.Name);
            Assert.Equal(said.GetValueOrDefault("vermagic")?.Trim(), module.VersionMagic);
            Assert.Equal(said.GetValueOrDefault("license"), module.License);
            Assert.Equal(said.GetValueOrDefault("description"), module.Description);
            Assert.Equal(said.GetValueOrDefault("version"), module.Version);
            Assert.Equal(said.GetValueOrDefault("srcversion"), module.SourceVersion);
            Assert.Equal(said.GetValueOrDefault("depends") ?? string.Empty, string.Join(',', module.Dependencies));
            Assert.Equal(said.ContainsKey("intree"), module.IsInTree);
            Assert.Equal(said.GetValueOrDefault("aliases"), module.Aliases.Count == 0 ? null : string.Join('\n', module.Aliases.Order(StringComparer.Ordinal)));
            Assert.Equal(said.GetValueOrDefault("signer"), module.Signature?.Signer);
            Assert.Equal(said.GetValueOrDefault("sig_key")?.Replace(":", string.Empty, StringComparison.Ordinal), module.Signature?.KeyId);
            Assert.Equal(said.GetValueOrDefault("sig_hashalgo"), module.Signature?.HashAlgorithm, ignoreCase: true);
            Assert.Matches("^[0-9a-f]{40}$", module.BuildId!);
        }
    }

    [SkippableFact]
    public void What_is_no_module_is_refused_by_name()
    {
        string text = _folder.Write("text.ko", "not a module"u8.ToArray());
        string program = Path.Combine(_folder.Path, "program.ko");
        File.Copy(Environment.ProcessPath!, program);

        Assert.Equal(text, Assert.Throws<DumpFormatException>(() => LinuxModuleFile.Open(text)).Path);
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has programs of ELF.");
        Assert.Equal(16, Assert.Throws<DumpFormatException>(() => LinuxModuleFile.Open(program)).Offset);
    }

    // One dictionary a file: the first value of each key, and all aliases joined.
    private static List<Dictionary<string, string>> Modinfo(string[] files)
    {
        var modules = new List<Dictionary<string, string>>();
        foreach (string entry in ExternalProgram.Run(".", "modinfo", ["-0", .. files]).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            // File name and parameters have a colon, everything else an equals sign.
            int equals = entry.AsSpan().IndexOfAny('=', ':');
            string key = entry[..equals];
            if (key == "filename")
            {
                modules.Add([]);
            }

            modules[^1].TryAdd(key, entry[(equals + 1)..]);
            if (key == "alias")
            {
                string aliases = modules[^1].GetValueOrDefault("aliases", string.Empty);
                modules[^1]["aliases"] = string.Join('\n', aliases.Split('\n', StringSplitOptions.RemoveEmptyEntries).Append(entry[(equals + 1)..]).Order(StringComparer.Ordinal));
            }
        }

        return modules;
    }
}
