using KernelFault.Tests.Formats.Pe;

namespace KernelFault.Tests.Formats.Authenticode;

/// <summary>An authority of the tests' own, made by openssl: a root, signers and a timestamping service; osslsigncode signs with them.</summary>
internal sealed class TestAuthority
{
    internal const string Usages = "codeSigning,1.3.6.1.4.1.311.61.1.1,1.3.6.1.4.1.311.10.3.5";

    private static readonly Lazy<TestAuthority> Shared = new(() => new TestAuthority());

    private readonly string _folder = SharedFolder.Make("authority");
    private int _signed;

    private TestAuthority()
    {
        File.WriteAllText(Path("authority.cnf"), $"""
            [req]
            distinguished_name=name
            prompt=no
            [name]
            CN=unused
            [root]
            basicConstraints=critical,CA:TRUE
            subjectKeyIdentifier=hash
            [signer]
            basicConstraints=CA:FALSE
            subjectKeyIdentifier=hash
            extendedKeyUsage={Usages}
            [stamp]
            extendedKeyUsage=critical,timeStamping
            [tsa]
            default_tsa=service
            [service]
            serial=serial
            crypto_device=builtin
            default_policy=1.2.3.4.1
            digests=sha1,sha256,sha384
            signer_digest=sha256
            signer_cert=stamp.pem
            certs=root.pem
            signer_key=stamp.key
            ess_cert_id_alg=sha256
            """);
        File.WriteAllText(Path("serial"), "01");
        OpenSsl(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-config", "authority.cnf", "-extensions", "root", "-subj", "/C=DE/O=Contoso, Ltd/CN=KernelFault Test Root", "-days", "3650"]);
        Issue("signer", "signer", "rsa:2048");
        Issue("stamp", "stamp", "rsa:2048");
        Issue("curve", "signer", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    }

    /// <summary>The authority; skips the calling test where the tools are missing.</summary>
    internal static TestAuthority Get()
    {
        ExternalProgram.Require("openssl", "osslsigncode");
        return Shared.Value;
    }

    internal string Path(string name) => System.IO.Path.Combine(_folder, name);

    /// <summary>Signs a file with osslsigncode.</summary>
    internal string Sign(string file, string signer = "signer", params string[] options)
    {
        string signed = Path($"signed-{Interlocked.Increment(ref _signed)}{System.IO.Path.GetExtension(file)}");
        Run("osslsigncode", ["sign", "-certs", signer + ".pem", "-ac", "root.pem", "-key", signer + ".key", .. options, "-in", file, "-out", signed]);
        return signed;
    }

    /// <summary>Signs a driver of the tests' own with a timestamp by a service on this machine.</summary>
    internal string SignStamped(string file, bool isRfc3161)
    {
        using var service = new TimestampService(_folder);
        return Sign(file, "signer", "-h", "sha256", isRfc3161 ? "-ts" : "-t", service.Address);
    }

    internal string Verify(string file) =>
        ExternalProgram.TryRun(_folder, "osslsigncode", "verify", "-CAfile", "root.pem", "-TSA-CAfile", "root.pem", "-in", file).Output;

    internal string OpenSsl(string[] arguments) => Run("openssl", arguments);

    internal static string Driver() => TestDriver.Build("unprobed", "x86_64").Path;

    private void Issue(string name, string extensions, params string[] key)
    {
        OpenSsl(["req", "-newkey", .. key, "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-config", "authority.cnf", "-subj", $"/C=DE/O=Contoso, Ltd/CN=KernelFault Test {name}"]);
        OpenSsl(["x509", "-req", "-in", name + ".csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "authority.cnf", "-extensions", extensions, "-days", "365", "-out", name + ".pem"]);
    }

    private string Run(string program, string[] arguments) => ExternalProgram.Run(_folder, program, arguments);
}
