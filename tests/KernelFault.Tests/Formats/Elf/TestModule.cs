using System.Buffers.Binary;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Formats.Elf;

/// <summary>An object file with what makes it a kernel module, compiled by clang, and signed by openssl as the kernel's build signs.</summary>
internal static class TestModule
{
    private const string Source = """
        #define INFO(n, text) __attribute__((section(".modinfo"), used)) static const char info##n[] = text;
        INFO(1, "version=2.5") INFO(2, "description=A module for tests") INFO(3, "license=Proprietary") INFO(4, "author=One") INFO(5, "author=Two")
        INFO(6, "alias=pci:v00001234d*") INFO(7, "depends=first,second") INFO(8, "retpoline=Y") INFO(9, "name=kftest") INFO(10, "vermagic=6.1.0 SMP ")
        INFO(11, "parm=speed:how fast") INFO(12, "parmtype=speed:int") INFO(13, "firmware=kf/test.bin") INFO(14, "srcversion=0123456789ABCDEF")
        __attribute__((section(".note.gnu.build-id"), used)) static const struct { int name, size, type; char owner[4]; unsigned char id[20]; }
            note = { 4, 20, 3, "GNU", { 0xDE, 0xAD, 0xBE, 0xEF, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 } };
        int init_module(void) { return 0; }
        """;

    private static ReadOnlySpan<byte> Magic => "~Module signature appended~\n"u8;

    /// <summary>Compiles it. The notes have to be notes: an assembler's directive says so.</summary>
    internal static string Build(TemporaryFolder folder, string target = "x86_64")
    {
        ExternalProgram.Require("clang");
        File.WriteAllText(Path.Combine(folder.Path, "kftest.c"), "__asm__(\".section .note.gnu.build-id,\\\"a\\\",%note\\n\");\n" + Source);
        ExternalProgram.Run(folder.Path, "clang", $"--target={target}-linux-gnu", "-O1", "-ffreestanding", "-w", "-c", "kftest.c", "-o", "kftest.ko");
        return Path.Combine(folder.Path, "kftest.ko");
    }

    /// <summary>Appends a signature; the key is named by serial number, or by its identifier.</summary>
    internal static string Sign(TemporaryFolder folder, string module, string hash, bool byIdentifier)
    {
        ExternalProgram.Require("openssl");
        ExternalProgram.Run(folder.Path, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/O=Contoso/CN=Contoso module key", "-days", "30");
        ExternalProgram.Run(folder.Path, "openssl", ["cms", "-sign", "-binary", "-noattr", "-nocerts", "-outform", "DER", "-md", hash, "-signer", "cert.pem", "-inkey", "key.pem", "-in", module, "-out", "signature", .. byIdentifier ? (string[])["-keyid"] : []]);
        byte[] signature = File.ReadAllBytes(Path.Combine(folder.Path, "signature"));
        byte[] trailer = new byte[12];
        trailer[2] = 2;
        BinaryPrimitives.WriteInt32BigEndian(trailer.AsSpan(8), signature.Length);
        return folder.Write("signed.ko", [.. File.ReadAllBytes(module), .. signature, .. trailer, .. Magic]);
    }
}
