using System.Globalization;
using KernelFault.Formats.Pe;

namespace KernelFault.Drivers;

/// <summary>Takes from an image the facts on which risk rules stand.</summary>
internal static class DriverImageReader
{
    private const int MaximumImports = 16 * 1024;

    /// <summary>Takes the facts.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isWhole">False when bytes of the file are missing: what needs all of them is null then.</param>
    internal static DriverImage Read(PeImage image, bool isWhole)
    {
        PeHeader header = image.Header;
        return new DriverImage
        {
            Machine = header.Machine switch
            {
                PeHeader.MachineAmd64 => "x64",
                PeHeader.MachineArm64 => "arm64",
                PeHeader.MachineI386 => "x86",
                _ => "0x" + header.Machine.ToString("x", CultureInfo.InvariantCulture),
            },
            SizeOfImage = header.SizeOfImage,
            IsNative = header.IsNative,
            IsNxCompatible = header.IsNxCompatible,
            HasDynamicBase = header.HasDynamicBase,
            HasControlFlowGuard = header.HasControlFlowGuard && image.LoadConfiguration is { HasGuardFunctionTable: true },
            IsCetCompatible = image.IsCetCompatible,
            ForcesIntegrity = header.ForcesIntegrity,
            IsDebugBuild = image.Version is { IsDebug: true },
            CheckSum = header.CheckSum,
            ComputedCheckSum = isWhole ? image.ComputeCheckSum() : null,
            SectionAlignment = header.SectionAlignment,
            Sections = image.Sections,
            HasExecutableImportTable = image.Directory(PeDirectory.ImportAddressTable) is { Rva: not 0 } table ? image.SectionAt(table.Rva)?.IsExecutable : null,
            Imports = Imports(image),
            PrivilegedInstructions = isWhole ? PrivilegedCodeScan.Find(image) : null,
            DeviceNames = isWhole ? DeviceNameScan.Find(image.FileWindow(0, (int)Math.Min(image.Length, int.MaxValue))) : null,
        };
    }

    // An import directory of which nothing can be read is not the same as none.
    private static List<string>? Imports(PeImage image)
    {
        IReadOnlyList<PeImport> modules = image.Imports;
        if (modules.Count == 0 && image.Directory(PeDirectory.Import) is { Rva: not 0 })
        {
            return null;
        }

        var imports = new List<string>();
        foreach (PeImport module in modules)
        {
            foreach (PeImportedFunction function in module.Functions)
            {
                if (imports.Count == MaximumImports)
                {
                    return imports;
                }

                imports.Add(module.Module + "!" + function);
            }
        }

        return imports;
    }
}
