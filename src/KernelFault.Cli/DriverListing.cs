using KernelFault.Drivers;

namespace KernelFault.Cli;

/// <summary>Drivers on their way to standard output: a table, or JSON.</summary>
/// <param name="filter">Which are shown.</param>
/// <param name="json">True for JSON.</param>
internal sealed class DriverListing(DriverFilter filter, bool json)
{
    private readonly JsonOutput _output = new();
    private readonly List<string?[]> _rows = [];
    private readonly HashSet<string> _computers = [];

    internal void Add(IReadOnlyList<KernelDriver> drivers)
    {
        foreach (KernelDriver driver in drivers)
        {
            if (!filter.Accepts(driver))
            {
                continue;
            }

            if (json)
            {
                _output.Add(driver);
            }
            else
            {
                _computers.Add(driver.ComputerName);
                _rows.Add(Row(driver));
            }
        }
    }

    internal void End()
    {
        _output.End();
        if (_rows.Count > 0)
        {
            bool several = _computers.Count > 1;
            string[] titles = ["Name", "State", "Start", "Version", "Company", "Signer"];
            Screen.WriteTable(several ? [.. titles, "Computer"] : titles, several ? _rows : [.. _rows.Select(row => row[..^1])]);
        }
    }

    private static string?[] Row(KernelDriver driver) =>
    [
        driver.Name,
        driver.State?.ToString(),
        driver.StartType?.ToString() ?? driver.Kind.ToString(),
        driver.FileVersion,
        driver.Company,
        driver.Signature is not { } signature ? null
            : signature.Signer is null ? signature.Status.ToString()
            : signature.Status is DriverSignatureStatus.Valid or DriverSignatureStatus.Unknown ? signature.Signer
            : $"{signature.Signer} ({signature.Status})",
        driver.Source == DriverSource.File ? Path.GetFileName(driver.ComputerName) : driver.ComputerName,
    ];
}
