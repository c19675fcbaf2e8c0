using System.Text.RegularExpressions;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>Updates by apt, dnf or zypper. What was installed is what the list of packages says before and after: programs say it in their own ways.</summary>
/// <param name="host">The machine.</param>
internal sealed class LinuxUpdates(IHost host)
{
    private const string RestartMark = "/run/reboot-required";

    // zypper: 102 asks for a restart, 103 for itself to be run again.
    private const int ZypperRestart = 102;
    private const int ZypperAgain = 103;

    private static readonly Regex s_package = new("^[A-Za-z0-9][A-Za-z0-9+._:-]{0,127}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly Regex s_kernel = new("^(kernel(-core|-default)?|linux-image-.*|linux-image|glibc|libc6|systemd) ", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>Looks which program installs packages there, and says what would be run.</summary>
    internal HostPlan<ActionResult> Plan(string kind, IReadOnlyList<string> packages, TimeSpan? timeout, CancellationToken cancellation)
    {
        foreach (string package in packages)
        {
            if (!s_package.IsMatch(package))
            {
                throw new PlaybookException(PrintableText.Clean($"packages: '{package}' is no name of a package."));
            }
        }

        TimeSpan limit = timeout ?? TimeSpan.FromHours(2);
        bool security = kind == "security";
        string? program = ((string[])["/usr/bin/apt-get", "/usr/bin/dnf", "/usr/bin/zypper"]).FirstOrDefault(path => host.FindFile(path, cancellation) is not null);
        HostGuard? guard = kind == "drivers" ? new HostGuard("NotWindows", "Drivers of Linux come with its kernel; 'drivers' is for Windows.", CanForce: false)
            : program is null ? new HostGuard("NoPackageManager", "Neither apt-get nor dnf nor zypper is on this machine.", CanForce: false)
            : security && packages.Count == 0 && program == "/usr/bin/apt-get" && host.FindFile("/usr/bin/unattended-upgrade", cancellation) is null
                ? new HostGuard("NoSecurityOnly", "apt-get cannot install security updates alone; install unattended-upgrades, or ask for all.", CanForce: false)
                : null;
        if (guard is not null)
        {
            return new HostPlan<ActionResult>((_, _) => throw new InvalidOperationException(guard.Text)) { Guards = [guard] };
        }

        ProgramCall[] calls =
        [
            .. (program switch
            {
                "/usr/bin/apt-get" => Apt(security, packages),
                "/usr/bin/dnf" => [new ProgramCall("dnf", ["-y", "--refresh", "upgrade", .. security ? ["--security"] : Array.Empty<string>(), .. packages])],
                _ => security && packages.Count == 0
                    ? [new ProgramCall("zypper", "--non-interactive", "patch", "--category", "security")]
                    : (ProgramCall[])[new ProgramCall("zypper", ["--non-interactive", "update", .. packages])],
            }).Select(call => call with { Timeout = limit }),
        ];
        ProgramCall list = program == "/usr/bin/apt-get"
            ? new ProgramCall("dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Status}\\n")
            : new ProgramCall("rpm", "-qa", "--qf", "%{NAME} %{VERSION}-%{RELEASE} installed\\n");
        return new HostPlan<ActionResult>((progress, token) => Execute(calls, list, progress, token))
        {
            Steps = [.. calls.Select(call => "Run '" + HostStepRecorder.Text(call) + "'")],
        };
    }

    // Questions about changed files of settings are answered as the package says, and by keeping the old one where it does not.
    private static ProgramCall[] Apt(bool security, IReadOnlyList<string> packages)
    {
        const string Silent = "DEBIAN_FRONTEND=noninteractive";
        string[] options = ["-y", "-q", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"];
        ProgramCall install = packages.Count > 0 ? new ProgramCall("env", [Silent, "apt-get", .. options, "--only-upgrade", "install", .. packages])
            : security ? new ProgramCall("env", Silent, "unattended-upgrade", "-v")
            : new ProgramCall("env", [Silent, "apt-get", .. options, "--with-new-pkgs", "upgrade"]);
        return [new ProgramCall("env", Silent, "apt-get", "-q", "update"), install];
    }

    private ActionResult Execute(ProgramCall[] calls, ProgramCall list, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        HashSet<string> before = Installed(list, cancellation);
        bool restart = false;
        foreach (ProgramCall call in calls)
        {
            progress.Report(new HostProgress(HostStepRecorder.Text(call), null));
            ProgramResult result = recorder.Run(call, cancellation);
            if (call.Program == "zypper" && result.ExitCode is ZypperRestart or ZypperAgain)
            {
                restart |= result.ExitCode == ZypperRestart;
            }
            else if (result.ExitCode != 0)
            {
                string said = ProgramText.Decode(result.Error.Length > 0 ? result.Error : result.Output).Trim();
                throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean(FormattableString.Invariant($"'{HostStepRecorder.Text(call)}' ended with {result.ExitCode}: {said}")));
            }
        }

        string[] installed = [.. Installed(list, cancellation).Where(package => !before.Contains(package)).OrderBy(package => package, StringComparer.Ordinal)];
        restart |= installed.Any(package => s_kernel.IsMatch(package)) || host.FindFile(RestartMark, cancellation) is not null;
        return UpdatesOutcome.Of(installed, [], restart, recorder.Steps, []);
    }

    private HashSet<string> Installed(ProgramCall list, CancellationToken cancellation)
    {
        const string Suffix = " installed";
        string text = ProgramText.Decode(host.Run(list, cancellation).Output);
        return new HashSet<string>(
            text.Split('\n').Where(line => line.EndsWith(Suffix, StringComparison.Ordinal)).Select(line => PrintableText.Clean(line.Substring(0, line.Length - Suffix.Length))),
            StringComparer.Ordinal);
    }
}
