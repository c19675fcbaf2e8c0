using KernelFault.Drivers.Risk.Blocklists;

namespace KernelFault.Drivers.Risk.Checks;

/// <summary>Whether a list of known vulnerable or malicious drivers names it.</summary>
internal static class BlocklistChecks
{
    private const double SameName = 2 / 3.0;

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("blocked-hash", subject => Ask(subject, "hash of the file", [subject.Driver.Sha256, subject.Driver.Sha1, subject.Driver.Md5], static (list, hash) => list.FindHash(hash))),
        new("blocked-authenticode-hash", subject => Ask(
            subject, "Authenticode hash", [subject.Driver.AuthenticodeSha256, subject.Driver.AuthenticodeSha1], static (list, hash) => list.FindAuthenticodeHash(hash))),
        new("blocked-signer", BlockedSigner),
        new("blocked-version", BlockedVersion),
    ];

    private static RiskVerdict Ask(RiskSubject subject, string fact, string?[] hashes, Func<DriverBlocklist, string, BlocklistEntry?> find)
    {
        if (subject.Blocklists.Count == 0)
        {
            return RiskVerdict.Unknown("block list");
        }

        foreach (DriverBlocklist list in subject.Blocklists)
        {
            foreach (string? hash in hashes)
            {
                if (hash is not null && find(list, hash) is { } entry)
                {
                    return RiskVerdict.Found(Text(list, entry), $"{fact} {hash}, {entry.Id} of {list.Name}");
                }
            }
        }

        return Array.Exists(hashes, hash => hash is not null) ? RiskVerdict.NotFound : RiskVerdict.Unknown(fact);
    }

    private static RiskVerdict BlockedSigner(RiskSubject subject)
    {
        DriverSignature? signature = subject.Driver.Signature;
        if (subject.Blocklists.Count == 0)
        {
            return RiskVerdict.Unknown("block list");
        }

        if (signature?.Status == DriverSignatureStatus.Unsigned)
        {
            return RiskVerdict.NotFound;
        }

        if (signature?.CertificateHashes is null)
        {
            return RiskVerdict.Unknown("certificates of the signature");
        }

        foreach (DriverBlocklist list in subject.Blocklists)
        {
            if (list.FindSigner(subject.Driver, signature) is { } entry)
            {
                return RiskVerdict.Found($"{list.Name} denies what {entry.Name} issued for {signature.Signer}.", $"{entry.Id} of {list.Name}");
            }
        }

        return RiskVerdict.NotFound;
    }

    private static RiskVerdict BlockedVersion(RiskSubject subject)
    {
        if (subject.Blocklists.Count == 0)
        {
            return RiskVerdict.Unknown("block list");
        }

        foreach (DriverBlocklist list in subject.Blocklists)
        {
            if (list.FindVersion(subject.Driver) is { } entry)
            {
                string evidence = $"{subject.Driver.OriginalFileName ?? subject.Driver.Name} {subject.Driver.FileVersion}, {entry.Id} of {list.Name}";
                return list.Kind == BlocklistKind.LolDrivers
                    ? RiskVerdict.Found($"A driver of this name and version is known: {entry.Name} ({entry.Category}).", evidence, SameName)
                    : RiskVerdict.Found($"{list.Name} denies this version: {entry.Name}.", evidence);
            }
        }

        return subject.Driver.FileVersion is null ? RiskVerdict.Unknown("file version") : RiskVerdict.NotFound;
    }

    private static string Text(DriverBlocklist list, BlocklistEntry entry) => $"{list.Name} knows it as {entry.Name} ({entry.Category}).";
}
