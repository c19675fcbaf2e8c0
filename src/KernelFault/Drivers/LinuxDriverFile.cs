using System.Globalization;
using KernelFault.Formats.Elf;

namespace KernelFault.Drivers;

/// <summary>Adds to a driver what the file of a Linux module says of itself.</summary>
internal static class LinuxDriverFile
{
    private const string ModuleTree = "/kernel/";

    internal static KernelDriver Complete(KernelDriver driver, LinuxModuleFile file)
    {
        bool? thirdParty = file.Information.Count == 0 ? null : !file.IsInTree;
        return driver with
        {
            Kind = KernelDriverKind.Module,
            FileVersion = file.Version ?? driver.FileVersion,
            Company = file.Authors.Count == 0 ? null : string.Join("; ", file.Authors),
            Description = file.Description,
            License = file.License,
            SourceVersion = file.SourceVersion ?? driver.SourceVersion,
            BuildId = driver.BuildId ?? file.BuildId,
            Signature = Signature(file),
            Dependencies = file.Information.Count == 0 ? driver.Dependencies : (string[])[.. file.Dependencies.Select(name => name.Replace('-', '_'))],
            Parameters = Parameters(driver.Parameters, file),
            Class = driver.Path is null ? null : ClassOf(driver.Path),
            IsThirdParty = thirdParty ?? driver.IsThirdParty,
            Warnings = (string[])[.. driver.Warnings, .. file.Warnings],
        };
    }

    /// <summary>The folder below <c>drivers/</c>, or the tree of the kernel's sources that a module lies in, such as <c>fs</c>; null outside of the kernel's own.</summary>
    internal static string? ClassOf(string path)
    {
        int start = path.LastIndexOf(ModuleTree, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        string[] folders = path.Substring(start + ModuleTree.Length).Split('/');
        int at = folders[0] == "drivers" ? 1 : 0;
        return folders.Length > at + 1 ? folders[at] : null;
    }

    // The key is the kernel's, not the file's: who signed it is known, whether that counts is not.
    private static DriverSignature Signature(LinuxModuleFile file) => file.Signature is not { } signature
        ? new DriverSignature { Status = DriverSignatureStatus.Unsigned, Reason = "The module has no signature." }
        : new DriverSignature
        {
            Status = DriverSignatureStatus.Unknown,
            SigningKind = DriverSigningKind.Module,
            Signer = signature.Signer,
            HasTimestamp = false,
            Reason = string.Format(CultureInfo.InvariantCulture, "Signed by {0} with {1}; whether the kernel has the key cannot be told from the file.", signature.KeyId ?? "an unnamed key", signature.HashAlgorithm ?? "an unknown hash"),
        };

    private static IReadOnlyList<DriverParameter> Parameters(IReadOnlyList<DriverParameter>? known, LinuxModuleFile file)
    {
        var values = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (string name in file.Parameters)
        {
            values[name] = null;
        }

        foreach (DriverParameter parameter in known ?? [])
        {
            values[parameter.Name] = parameter.Value;
        }

        return [.. values.Select(value => new DriverParameter(value.Key, value.Value))];
    }
}
