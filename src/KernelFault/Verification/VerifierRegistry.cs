using KernelFault.Formats.Registry;
using KernelFault.Hosts;

namespace KernelFault.Verification;

// Session Manager\Memory Management: VerifyDrivers (REG_SZ, file names with blanks between, '*' for all), VerifyDriverLevel (the bits) and
// VerifierOptions, of which the kernel itself takes 0x10 for "next start only". Which bits stand for the other modes is told by what it
// clears when it takes settings away: 0x18 for one start and a failed one, 0x30 where 0x20 is set, 0x438 where 0x400 (unusual shutdown)
// is; and with them it deletes the other values of the list below.

/// <summary>The settings of Driver Verifier as they are in a registry.</summary>
internal static class VerifierRegistry
{
    internal const string Key = @"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";
    private const string DriversValue = "VerifyDrivers";
    private const string LevelValue = "VerifyDriverLevel";
    private const string OptionsValue = "VerifierOptions";

    private const long OneBoot = 0x10;
    private const long ResetOnFail = 0x08 | 0x20;
    private const long ResetOnUnusualShutdown = 0x400;
    private const long Modes = OneBoot | ResetOnFail | ResetOnUnusualShutdown;

    private static readonly string[] s_others =
    [
        "VerifierSettingState", "VerifierRandomTargets", "XdvVerifierOptions", "VrfPersistThroughUpgrade", "VerifierTriageContext", "VerifyDriversSuppress",
        "VerifierTipLimitNumerator", "VerifierTipLimitDenominator", "VerifierTipSparseness", "VerifierLwspPoolTags", "DifPluginConfigData",
    ];

    internal static RegistryQuery Query { get; } = new(Key) { Values = [DriversValue, LevelValue, OptionsValue, .. s_others] };

    internal static IReadOnlyList<string> Drivers(RegistrySnapshot registry)
    {
        RegistryData? value = registry.Value(Key, DriversValue);
        return [.. (value?.Texts ?? [value?.Text ?? string.Empty]).SelectMany(text => text.Split([' ', '\t', '\r', '\n', ',', ';', '\u3000'], StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    internal static long? Level(RegistrySnapshot registry) => (long?)registry.Value(Key, LevelValue)?.Number is { } level and not 0 ? level & uint.MaxValue : null;

    internal static long? Options(RegistrySnapshot registry) => (long?)registry.Value(Key, OptionsValue)?.Number;

    internal static DriverVerifierBootMode BootMode(long options) =>
        (options & ResetOnUnusualShutdown) != 0 ? DriverVerifierBootMode.ResetOnUnusualShutdown
        : (options & ResetOnFail) != 0 ? DriverVerifierBootMode.ResetOnBootFail
        : (options & OneBoot) != 0 ? DriverVerifierBootMode.OneBoot
        : DriverVerifierBootMode.Persistent;

    /// <summary>What takes the settings away, as the kernel does it.</summary>
    internal static IReadOnlyList<RegistryChange> Removal(RegistrySnapshot registry)
    {
        var changes = new List<RegistryChange>();
        if (registry.Find(Key) is not null && Options(registry) is { } options)
        {
            changes.Add(new RegistryChange(Key, OptionsValue, RegistryData.DWord((uint)(options & ~Modes))));
        }

        changes.AddRange(((string[])[LevelValue, DriversValue, .. s_others]).Select(name => new RegistryChange(Key, name, null)));
        return HostRegistry.Needed(changes, registry);
    }
}
