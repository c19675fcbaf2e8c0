using System.Text.Json;
using System.Text.RegularExpressions;
using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>What is known of an option by which the Linux kernel watches itself.</summary>
public sealed record KernelDebugOptionInfo
{
    private static readonly Lazy<KernelDebugOptionInfo[]> s_all = new(Load);

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<KernelDebugOptionInfo> All => s_all.Value;

    /// <summary>Its name: <c>slub_debug</c>, <c>panic_on_oops</c> …</summary>
    public required string Name { get; init; }

    /// <summary>True for an argument of the kernel, false for a setting of sysctl(8).</summary>
    public required bool IsBootParameter { get; init; }

    /// <summary>The first release of the kernel that has it.</summary>
    public required string Since { get; init; }

    /// <summary>What it can be set to.</summary>
    public required string Values { get; init; }

    /// <summary>What it catches.</summary>
    public required string Catches { get; init; }

    /// <summary>What it costs.</summary>
    public required string Cost { get; init; }

    /// <summary>What to know before it is set; null for nothing.</summary>
    internal string? Warning { get; private init; }

    /// <summary>Where it is on a machine.</summary>
    internal LinuxSetting Setting { get; private init; } = null!;

    /// <summary>The form of its values.</summary>
    internal Regex Pattern { get; private init; } = null!;

    /// <summary>Finds an option.</summary>
    /// <param name="name">Its name; as sysctl has it (<c>kernel.panic_on_oops</c>) will do, and dashes for underscores.</param>
    /// <returns>Null when there is none of that name.</returns>
    public static KernelDebugOptionInfo? Find(string name)
    {
        string asked = (name ?? throw new ArgumentNullException(nameof(name))).Replace('-', '_');
        return All.FirstOrDefault(option => option.Name.Equals(asked, StringComparison.OrdinalIgnoreCase) || option.Setting.Name.Equals(asked, StringComparison.OrdinalIgnoreCase));
    }

    private static KernelDebugOptionInfo[] Load()
    {
        using Stream stream = typeof(KernelDebugOptionInfo).Assembly.GetManifestResourceStream("Verification.kernel-debug-options.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("options").EnumerateArray().Select(Read)];
    }

    private static KernelDebugOptionInfo Read(JsonElement option)
    {
        string setting = Text(option, "setting");
        bool isBootParameter = Text(option, "kind") == "bootParameter";
        return new KernelDebugOptionInfo
        {
            Name = Text(option, "name"),
            IsBootParameter = isBootParameter,
            Since = Text(option, "since"),
            Values = Text(option, "values"),
            Catches = Text(option, "catches"),
            Cost = Text(option, "cost"),
            Warning = option.TryGetProperty("warning", out JsonElement warning) ? warning.GetString() : null,
            Setting = isBootParameter ? LinuxSetting.BootParameter(setting, option.TryGetProperty("live", out JsonElement live) ? live.GetString() : null) : LinuxSetting.Sysctl(setting),
            Pattern = new Regex(Text(option, "pattern"), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)),
        };
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
