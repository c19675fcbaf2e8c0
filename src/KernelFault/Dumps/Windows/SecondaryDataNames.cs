namespace KernelFault.Dumps.Windows;

// The names are those of the symbols that hold the GUIDs in Microsoft's images (nt!PopBlackBox…Guid, mssmbios!SMBiosGuid…,
// wdf01000!WdfDumpGuid …), as public debuggers list them and public write-ups of secondary dump data tell; for the
// black boxes, of the debugger commands that show them. A GUID without such a source has no name here.

/// <summary>What the GUIDs of secondary data stand for.</summary>
internal static class SecondaryDataNames
{
    /// <summary>Boot status data, <c>!blackboxbsd</c>.</summary>
    internal const string BootStatus = "BLACKBOXBSD";

    /// <summary>NTFS, <c>!blackboxntfs</c>.</summary>
    internal const string Ntfs = "BLACKBOXNTFS";

    /// <summary>Plug and Play, <c>!blackboxpnp</c>.</summary>
    internal const string Pnp = "BLACKBOXPNP";

    /// <summary>Winlogon, <c>!blackboxwinlogon</c>.</summary>
    internal const string Winlogon = "BLACKBOXWINLOGON";

    /// <summary>Registry values of the first processor, <c>!sysinfo cpuinfo</c>.</summary>
    internal const string ProcessorRegistry = "SMBiosGuidBios";

    /// <summary>SMBIOS tables, <c>!sysinfo machineid</c>.</summary>
    internal const string Smbios = "SMBiosGuidSMBios";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["f57308df-cc45-4e01-ad76-29a4ebb010ec"] = BootStatus,
        ["00afe9c4-940d-4213-8016-cd3719b5bc20"] = Ntfs,
        ["b7631941-532a-4cd6-b1b1-edb5917d4557"] = Pnp,
        ["80cc79cf-a719-4af1-bf97-fe29ff76ebc1"] = Winlogon,
        ["4ee76bd8-3cf4-44a0-a0ac-3937643e37a3"] = "BLACKBOXCODEINTEGRITY",
        ["9276c055-eb87-425c-b8b5-04e4d247f6cd"] = "BLACKBOXPCI",
        ["2b4ae195-a64d-4f04-8ede-7e4f981bd42a"] = "TRIAGEDUMP_DATA",
        ["2b88b710-1c93-4f7c-b06c-655ecc50decc"] = "EtwSecondaryDumpData",
        ["b0692a5e-6b7b-4073-8a7c-604e35032970"] = "HvlSkCrashdump",
        ["9282756a-ab95-4d24-a137-ecddc5de53f5"] = "VsmFailureLog",
        ["0f1f53f3-561f-42e7-bdb4-ba8e66b726d5"] = "FeatureConfiguration",
        ["5bc8704a-6cb7-4378-ac72-ad06e2416e4a"] = "CarSecondaryData",
        ["54c84888-01d1-4c1e-bed6-282c98241303"] = "WdfDump",
        ["f87e4a4c-c5a1-4d2f-bff0-d5de63a5e4c3"] = "WdfDump2",
        ["c939c73b-17dc-4a44-904c-e2d987f52649"] = "STORPORT_PAGING_DEVICE_DUMP",
        ["da82441d-7142-4bc1-b844-0807c5a4b67f"] = "DEVICEDUMP_DRIVER_STORAGE_PORT",
        ["270a33fd-3da6-460d-ba89-3c1bae21e39b"] = "WdDxgkSecondaryData",
        ["65755a40-f146-43ea-8c91-36b85728fd35"] = "CRASHDUMP_GUID_ID",
        ["00dae7ca-6833-45c5-b147-bdaed7b61fd6"] = "HbEvtSystemDiagLog",
        ["bc5c008f-1e3a-44d7-988d-86f6884c6758"] = Smbios,
        ["6c7ac389-4313-47dc-9f34-a8800a0fb56c"] = ProcessorRegistry,
        ["d03dc06f-d88e-44c5-ba2a-fae035172d19"] = "SMBiosGuidRegisters",
        ["e83b40d2-b0a0-4842-abea-71c9e3463dd1"] = "SMBiosGuidAcpi",
    };

    /// <summary>The name; null for a GUID that is not known.</summary>
    internal static string? Find(Guid tag) => Names.TryGetValue(tag.ToString("D"), out string? name) ? name : null;
}
