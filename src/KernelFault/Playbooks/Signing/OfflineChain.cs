using System.Security.Cryptography.X509Certificates;

namespace KernelFault.Playbooks.Signing;

/// <summary>A chain of certificates by what this machine has: nothing is fetched, and nobody is asked whether one was revoked.</summary>
internal static class OfflineChain
{
    /// <summary>A chain that trusts what this machine trusts.</summary>
    /// <returns>The chain, to be disposed of.</returns>
    internal static X509Chain OfMachine()
    {
        var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.UrlRetrievalTimeout = TimeSpan.FromMilliseconds(1);
#if NET
        chain.ChainPolicy.DisableCertificateDownloads = true;
#else
        // There since .NET 5, on which this library runs too; .NET Framework gives up by the limit above.
        typeof(X509ChainPolicy).GetProperty("DisableCertificateDownloads")?.SetValue(chain.ChainPolicy, true);
#endif
        return chain;
    }
}
