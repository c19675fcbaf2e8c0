using System.Text;
using System.Text.Json.Nodes;
using KernelFault.Formats.Registry;
using KernelFault.Hosts;
using KernelFault.Tests.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks;

/// <summary>
/// A Windows between two of its starts, for machines that play recordings. Its registry is what <c>registry-read.ps1</c> writes, its
/// drivers what <c>windows-drivers.ps1</c> writes; what of it was captured and what was built the test says that uses it.
/// </summary>
internal sealed record RecordedWindows
{
    private const string Control = @"SYSTEM\CurrentControlSet\Control\CrashControl";
    private const string Memory = @"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";

    /// <summary>Which start this is: each is an hour later than the one before.</summary>
    internal int Start { get; init; }

    internal bool IsElevated { get; init; } = true;

    /// <summary>How many seconds its clock is ahead; null when it does not tell.</summary>
    internal double? ClockAhead { get; init; }

    /// <summary>Drivers: service, file, maker, version, start type of the registry, whether it runs, more values of the service.</summary>
    internal IReadOnlyList<(string Service, string File, string Company, string Version, int Start, bool Runs, string More)> Drivers { get; init; } = [];

    /// <summary>The package that the device of a driver uses: service, published INF file, version.</summary>
    internal (string Service, string Inf, string Version)? Device { get; init; }

    /// <summary>Values of CrashControl; as Windows sets it up when nothing is said.</summary>
    internal string CrashControl { get; init; } = Number("CrashDumpEnabled", 7) + "," + Number("AutoReboot", 1) + "," + Number("Overwrite", 1) + "," + Number("AlwaysKeepMemoryDump", 1);

    /// <summary>Values of Memory Management.</summary>
    internal string MemoryManagement { get; init; } = """{"name":"PagingFiles","type":7,"data":["?:\\pagefile.sys"]}""";

    /// <summary>Free bytes on the disk of Windows.</summary>
    internal long Free { get; init; } = 53_687_091_200;

    /// <summary>When Windows was installed, UTC.</summary>
    internal DateTime Installed { get; init; } = new(2024, 2, 1, 0, 0, 0, DateTimeKind.Utc);

    internal bool IsSetupAtWork { get; init; }

    internal IReadOnlyList<RecordedProgram> Programs { get; init; } = [];

    /// <summary>Scripts besides those that this answers.</summary>
    internal IReadOnlyList<RecordedScript> Scripts { get; init; } = [];

    internal IReadOnlyList<RecordedFile> Files { get; init; } = [];

    internal static DateTime Boot(int start) => new(2026, 11, 21, 6 + start, 0, 0, DateTimeKind.Utc);

    /// <summary>A value of the registry.</summary>
    internal static string Number(string name, long value) => $$"""{"name":"{{name}}","type":4,"data":{{value}}}""";

    /// <summary>The values of a key of a hive, as the script would have written them.</summary>
    internal static string Values(HiveKey key, params string[] names) => string.Join(",", key.Values.Where(value => names.Contains(value.Name)).Select(value => new JsonObject
    {
        ["name"] = value.Name,
        ["type"] = (int)value.Type,
        ["data"] = value.Texts is { } texts ? new JsonArray([.. texts.Select(text => JsonValue.Create(text))]) : value.Text is { } one ? JsonValue.Create(one) : JsonValue.Create((long)value.Number!.Value),
    }.ToJsonString()));

    /// <summary>A dump that a crash left just after this test began.</summary>
    internal static RecordedFile Dump(byte[] content, string name = "112126-01.dmp") => new(@"C:\Windows\Minidump\" + name, content) { LastWriteTime = DateTime.UtcNow.AddMinutes(1) };

    /// <summary>A dump of the day before.</summary>
    internal static RecordedFile OldDump(byte[] content) => new(@"C:\Windows\Minidump\112026-01.dmp", content) { LastWriteTime = new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc) };

    internal RecordedHost Play() => new("PC1", new HostRecording
    {
        Facts = Acting.Windows with { BootTime = Boot(Start), IsElevated = IsElevated, ClockAheadSeconds = ClockAhead },
        Programs = [.. Programs],
        Scripts =
        [
            .. Scripts,
            new RecordedScript("registry-read", Registry()),
            new RecordedScript("driver-inventory", Inventory()),
            new RecordedScript("windows-crash-facts", $$"""{"memory":17179869184,"domain":false,"free":{{Free}}}"""),
        ],
        Files = [.. Files],
    });

    /// <summary>Packages as <c>pnputil /enum-drivers</c> of an English Windows writes them.</summary>
    internal static RecordedProgram Packages(params (string Published, string Original, string Provider, string Class, string Date, string Version)[] packages) =>
        new("pnputil.exe", "/enum-drivers")
        {
            Output = Encoding.UTF8.GetBytes("Microsoft PnP Utility\r\n\r\n" + string.Concat(packages.Select(one =>
                $"Published Name:     {one.Published}\r\nOriginal Name:      {one.Original}\r\nProvider Name:      {one.Provider}\r\nClass Name:         {one.Class}\r\nClass GUID:         {{4d36e968-e325-11ce-bfc1-08002be10318}}\r\nDriver Version:     {one.Date} {one.Version}\r\nSigner Name:        Microsoft Windows Hardware Compatibility Publisher\r\n\r\n"))),
        };

    private string Registry() => new JsonObject
    {
        ["format"] = "kernelfault-registry 1",
        ["warnings"] = new JsonArray(),
        ["keys"] = new JsonArray(
            Key(Control, CrashControl),
            Key(Memory, MemoryManagement),
            Key(@"SOFTWARE\Microsoft\Windows NT\CurrentVersion", """{"name":"SystemRoot","type":1,"data":"C:\\Windows"},""" + Number("InstallDate", new DateTimeOffset(Installed).ToUnixTimeSeconds())),
            Key(@"SYSTEM\Setup", Number("SystemSetupInProgress", IsSetupAtWork ? 1 : 0)),
            Key(@"SYSTEM\CurrentControlSet\Services", string.Empty, [.. Drivers.Select(driver => new JsonObject
            {
                ["name"] = driver.Service,
                ["values"] = JsonNode.Parse($$"""[{"name":"Type","type":4,"data":1},{"name":"Start","type":4,"data":{{driver.Start}}},{"name":"ImagePath","type":2,"data":"\\SystemRoot\\System32\\drivers\\{{driver.File}}"}{{driver.More}}]"""),
            })])),
    }.ToJsonString();

    private static JsonObject Key(string key, string values, params JsonNode?[] subKeys) =>
        new() { ["key"] = key, ["values"] = JsonNode.Parse("[" + values + "]"), ["subKeys"] = new JsonArray(subKeys) };

    private string Inventory() => new JsonObject
    {
        ["format"] = "kernelfault-windows-drivers 1",
        ["root"] = @"C:\Windows",
        ["warnings"] = new JsonArray(),
        ["chains"] = new JsonObject(),
        ["filters"] = new JsonArray(),
        ["originals"] = new JsonArray(),
        ["devices"] = Device is not { } device ? new JsonArray() : new JsonArray(new JsonObject
        {
            ["id"] = @"PCI\1", ["name"] = "Device", ["service"] = device.Service, ["class"] = "X", ["inf"] = device.Inf, ["provider"] = "X", ["version"] = device.Version,
        }),
        ["services"] = new JsonArray([.. Drivers.Select(driver => new JsonObject
        {
            ["name"] = driver.Service, ["displayName"] = driver.Service, ["path"] = Path(driver.File), ["state"] = driver.Runs ? "Running" : "Stopped",
            ["startMode"] = driver.Start == 4 ? "Disabled" : "Manual", ["type"] = "Kernel Driver",
        })]),
        ["keys"] = new JsonArray([.. Drivers.Select(driver => new JsonObject { ["name"] = driver.Service, ["start"] = driver.Start, ["needs"] = new JsonArray() })]),
        ["files"] = new JsonArray([.. Drivers.Select(driver => new JsonObject
        {
            ["path"] = Path(driver.File), ["length"] = 1000, ["company"] = driver.Company, ["version"] = driver.Version, ["sha256"] = new string('a', 64),
            ["status"] = "Valid", ["signatureType"] = "Catalog", ["isOSBinary"] = driver.Company.StartsWith("Microsoft", StringComparison.Ordinal),
        })]),
    }.ToJsonString();

    private static string Path(string file) => @"C:\Windows\System32\drivers\" + file;
}
