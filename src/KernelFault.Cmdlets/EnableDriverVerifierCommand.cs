using System.Globalization;
using System.Management.Automation;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Sets Driver Verifier on suspected drivers of machines.</summary>
[Cmdlet(VerbsLifecycle.Enable, "DriverVerifier", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ComputerNameSet)]
[OutputType(typeof(DriverVerifierChange))]
public sealed class EnableDriverVerifierCommand : HostChangeCmdlet<DriverVerifierChange>
{
    private const string LocalMachine = "localhost";

    // What can be set while Windows runs.
    private const long VolatileLevel = 0x3;

    private readonly Dictionary<string, List<DriverVerifierTarget>> _drivers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<DriverVerifierTarget> _everywhere = [];
    private bool _isMachineNamed;
    private bool _isAsked;

    /// <summary>Names of drivers: of their services or files.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(DriverNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Drivers of Test-DriverRisk or Get-KernelDriver, or names.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    /// <summary>Flags that go together; by default the standard ones.</summary>
    [Parameter]
    public DriverVerifierPreset Preset { get; set; }

    /// <summary>Single flags, by id, name or number; with -Preset in addition to its.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DriverVerifierFlagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Flag { get; set; } = [];

    /// <summary>Watches the drivers now, until the next start; nothing is set on disk.</summary>
    [Parameter]
    public SwitchParameter Volatile { get; set; }

    /// <summary>How long the settings stay.</summary>
    [Parameter]
    public DriverVerifierBootMode BootMode { get; set; } = DriverVerifierBootMode.ResetOnBootFail;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // Later, machines come through the pipeline too.
        _isMachineNamed = ComputerName.Length > 0;
        foreach (string flag in Flag.Where(flag => Bits(flag) is null))
        {
            ThrowTerminatingError(new ErrorRecord(new ArgumentException(PrintableText.Clean($"No flag is called '{flag}'. See Get-DriverVerifierFlag.")), "DriverVerifierFlagNotFound", ErrorCategory.InvalidArgument, flag));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _isAsked = true;
        if (ParameterSetName == ComputerNameSet)
        {
            AddForMachines();
        }
        else if (Target() is { } target)
        {
            _everywhere.Add(target);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == ComputerNameSet)
        {
            ComputerName = [.. _drivers.Keys];
        }

        // Without a call there was an empty pipeline: nothing is asked for then.
        if (_isAsked)
        {
            AddHosts();
        }

        base.EndProcessing();
    }

    /// <inheritdoc/>
    protected override IHostChange<DriverVerifierChange> Change() => new EnableDriverVerifier(Targets, Level()) { IsVolatile = Volatile, BootMode = BootMode };

    private static KernelDriver? Driver(object? item) => item as KernelDriver ?? (item as DriverRisk)?.Driver;

    private static long? Bits(string flag)
    {
        if (DriverVerifierFlag.Find(flag) is { } found)
        {
            return found.Value;
        }

        bool isHexadecimal = flag.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(isHexadecimal ? flag.Substring(2) : flag, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out uint bits) && bits != 0 ? bits : null;
    }

    // A driver that was read from a file names that file as its machine; it is looked for on this one.
    private void AddForMachines()
    {
        bool isFile = !_isMachineNamed && Driver(InputObject?.BaseObject)?.Source is (DriverSource.File or DriverSource.CrashDump);
        DriverVerifierTarget? target = Target();
        foreach (string machine in ComputerName.Length == 0 || isFile ? [LocalMachine] : ComputerName)
        {
            string host = Credential is null && HostConnection.IsLocal(machine) ? LocalMachine : machine;
            if (!_drivers.TryGetValue(host, out List<DriverVerifierTarget>? drivers))
            {
                _drivers.Add(host, drivers = []);
            }

            if (target is not null)
            {
                drivers.Add(target);
            }
        }
    }

    private IReadOnlyList<DriverVerifierTarget> Targets(string host) =>
    [
        .. Name.Select(name => new DriverVerifierTarget(name)),
        .. _everywhere,
        .. _drivers.TryGetValue(host, out List<DriverVerifierTarget>? drivers) ? drivers : [],
    ];

    private long Level()
    {
        bool presetNamed = MyInvocation.BoundParameters.ContainsKey(nameof(Preset));
        long level = presetNamed ? EnableDriverVerifier.LevelOf(Preset) : Flag.Length > 0 ? 0 : Volatile ? VolatileLevel : EnableDriverVerifier.LevelOf(DriverVerifierPreset.Standard);
        return Flag.Aggregate(level, (bits, flag) => bits | (Bits(flag) ?? 0));
    }

    private DriverVerifierTarget? Target()
    {
        object? item = InputObject?.BaseObject;
        if (Driver(item) is { } driver)
        {
            return new DriverVerifierTarget(driver.Name)
            {
                FileName = driver.Path is { Length: > 0 } path ? path.Substring(path.LastIndexOfAny(['\\', '/']) + 1) : null,
                Class = driver.Class,
                IsMicrosoft = driver.IsThirdParty is { } third ? !third : null,
            };
        }

        switch (item)
        {
            case null:
                return null;
            case string name:
                return new DriverVerifierTarget(name);
            default:
                WriteError(new ErrorRecord(new ArgumentException($"A {item.GetType().Name} is neither a driver of Test-DriverRisk or Get-KernelDriver nor the name of one."), "DriverVerifierInput", ErrorCategory.InvalidType, item));
                return null;
        }
    }
}
