using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Signing;

namespace KernelFault.Cmdlets;

/// <summary>Signs playbooks: the signature lies beside each.</summary>
[Cmdlet(VerbsSecurity.Protect, "RemediationPlaybook", DefaultParameterSetName = "CertificatePath", SupportsShouldProcess = true)]
[OutputType(typeof(PlaybookSignature))]
public sealed class ProtectRemediationPlaybookCommand : EngineCmdlet
{
    private const int MaximumPlaybookLength = 16 * 1024 * 1024;

    private PlaybookSigner? _signer;
    private PlaybookTrust? _trust;
    private X509Certificate2? _loaded;

    /// <summary>Files of playbooks; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Certificate with its private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Certificate")]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>File with the certificate and its private key, PKCS #12.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CertificatePath")]
    [ValidateNotNullOrEmpty]
    public string CertificatePath { get; set; } = string.Empty;

    /// <summary>The file's password.</summary>
    [Parameter(ParameterSetName = "CertificatePath")]
    public SecureString? Password { get; set; }

    /// <summary>Replaces a signature that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            X509Certificate2 certificate = Certificate ?? (_loaded = Load(GetUnresolvedProviderPathFromPSPath(CertificatePath)));
            _signer = new PlaybookSigner(certificate);

            // What was written is read again: the answer shown is about the file, not about what was meant.
            _trust = new PlaybookTrust([TrustedSigner.Of(certificate)]);
        }
        catch (Exception e) when (e is PlaybookException or CryptographicException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string message = e is CryptographicException ? $"No certificate with its private key can be read from '{CertificatePath}': {e.Message}" : e.Message;
            ThrowTerminatingError(new ErrorRecord(new PlaybookException(PrintableText.Clean(message), e), "SigningCertificate", ErrorCategory.InvalidArgument, CertificatePath));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string file in Path.SelectMany(path => ResolveFiles(path, literal: false)))
        {
            Cancellation.ThrowIfCancellationRequested();
            try
            {
                Sign(file);
            }
            catch (Exception e) when (e is PlaybookException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                WriteError(FileError.Of(e, file));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _loaded?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Sign(string file)
    {
        string target = SignatureFile.PathOf(file);
        if (File.Exists(target) && !Force)
        {
            throw new IOException($"'{target}' is there already; -Force replaces it.");
        }

        if (!ShouldProcess(file, $"Sign, and write {PrintableText.Clean(target)}"))
        {
            return;
        }

        if (new FileInfo(file).Length > MaximumPlaybookLength)
        {
            throw new IOException($"'{file}' is longer than {MaximumPlaybookLength} bytes: no playbook is.");
        }

        // Written aside first: a signature is there whole or not at all.
        byte[] playbook = File.ReadAllBytes(file);
        string aside = target + "." + System.IO.Path.GetRandomFileName();
        try
        {
            File.WriteAllBytes(aside, _signer!.Sign(playbook));
            File.Delete(target);
            File.Move(aside, target);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }

        PlaybookSignature signature = _trust!.Verify(playbook, SignatureFile.Read(file)) with { Path = file };
        foreach (string warning in signature.Warnings)
        {
            WriteWarning($"{PrintableText.Clean(file)}: {warning}");
        }

        WriteObject(signature);
    }

    private X509Certificate2 Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new PlaybookException($"'{path}' does not exist.");
        }

        string? password = Password is null ? null : new System.Net.NetworkCredential(string.Empty, Password).Password;
#if NET
        return X509CertificateLoader.LoadPkcs12FromFile(path, password);
#else
        return new X509Certificate2(path, password);
#endif
    }
}
