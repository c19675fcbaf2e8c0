using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Formats.Authenticode;
using KernelFault.Formats.Elf;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Symbols;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>Damage says something only where the undamaged file is read to its last part.</summary>
public class UndamagedFormatTests
{
    [Theory]
    [InlineData("process minidump")]
    [InlineData("process ELF core")]
    [InlineData("triage x64, older order")]
    [InlineData("kdump zlib")]
    [InlineData("kdump, one bitmap, no method")]
    [InlineData("ELF vmcore")]
    [InlineData("ELF vmcore of an emulator")]
    [InlineData("flattened kdump")]
    [InlineData("flattened ELF vmcore")]
    [InlineData("gzip vmcore")]
    public void The_undamaged_dump_is_read_without_a_warning(string format)
    {
        using var file = new TemporaryFile(HostileFormats.Find(format).Bytes);
        using CrashDump dump = CrashDump.Open(file.Path);

        Assert.Empty(dump.Warnings);
    }

    [Theory]
    [InlineData("ISF symbols")]
    [InlineData("gzip symbols")]
    [InlineData("xz symbols")]
    public void The_undamaged_symbols_name_the_kernel_of_the_sample(string format)
    {
        HostileFormat symbols = HostileFormats.Find(format);
        using var file = new TemporaryFile(symbols.Bytes, Path.GetExtension(symbols.FileName));
        using var dump = new TemporaryFile(SyntheticCrashes.NetworkDriverWritesNull().Build());
        using var opened = (WindowsDump)CrashDump.Open(dump.Path);
        SyntheticMachine machine = SyntheticCrashes.Desktop;
        var kernel = new KernelModule { Name = "ntoskrnl.exe", BaseAddress = new VirtualAddress(machine.KernelBase), Size = machine.Drivers[0].SizeOfImage };

        SymbolLookup found = new SymbolStore([file.Path]).Search(opened, kernel);

        Assert.Empty(found.Reasons);
        Assert.Equal(new KernelSymbol("KiBugCheckDispatch", 0x69), found.Source!.Find(new VirtualAddress(machine.Address("ntoskrnl.exe", 0x4CE2E9))));
    }

    [Fact]
    public void The_undamaged_driver_is_read_to_its_last_signature()
    {
        using PeImage image = PeImage.Read(SignedFiles.Driver, "kftest.sys");
        AuthenticodeSignatures signatures = AuthenticodeSignatures.Read(image);

        Assert.Empty(signatures.Warnings);
        Assert.Equal([("SHA1", true, (bool?)true), ("SHA256", true, true)], signatures.Signatures.Select(s => (s.DigestAlgorithm, s.DigestMatches, s.IsSignatureValid)));
        Assert.True(signatures.Signatures[1].Timestamp!.IsValid);
        Assert.Equal(["ntoskrnl.exe", "kfhal.dll"], image.Imports.Select(i => i.Module));
        Assert.Equal((6UL, "kftest", 3), (image.LoadConfiguration!.GuardCFFunctionCount, image.Version!.InternalName, image.ExportTable.Count));
    }

    [Fact]
    public void The_undamaged_module_is_read_to_its_signature()
    {
        using var file = new TemporaryFile(SignedFiles.Module, ".ko");
        LinuxModuleFile module = LinuxModuleFile.Open(file.Path);

        Assert.Empty(module.Warnings);
        Assert.Equal(("kftest", "Contoso Test Root", "SHA256"), (module.Name, module.Signature!.Signer, module.Signature.HashAlgorithm));
    }
}
