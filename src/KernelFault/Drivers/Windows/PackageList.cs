using System.Text.RegularExpressions;
using KernelFault.Formats;

namespace KernelFault.Drivers.Windows;

// pnputil /enum-drivers, and /e before Windows 10 1607: a block of lines 'label : value' for each package, blank lines between. The labels are in
// the language of the machine, their order is not: published name · (original name) · provider · class · (class GUID · class version) · date
// and version on one line · signer · (more). Old ones leave out what is in brackets. dism /get-drivers writes a table with '|' between the columns
// (published, original, in the box, class, provider, date, version), or blocks with date and version on lines of their own.

/// <summary>A driver package as a program lists it.</summary>
/// <param name="Published">Such as <c>oem12.inf</c>.</param>
/// <param name="Original">Name as its maker had it; null when not told.</param>
/// <param name="Provider">Who made it.</param>
/// <param name="Class">Device class, in the language of the machine.</param>
/// <param name="Date">Date as written.</param>
/// <param name="Version">Version.</param>
/// <param name="Signer">Who signed it.</param>
internal sealed record PackageList(string Published, string? Original, string? Provider, string? Class, string? Date, string? Version, string? Signer)
{
    private const int MaximumPackages = 16 * 1024;
    private const int MaximumLines = 32;
    private const int MaximumLine = 1024;
    private static readonly char[] Colons = [':', '\uFF1A'];

    /// <summary>Reads a program's output, in any language.</summary>
    internal static List<PackageList> Read(string text)
    {
        var packages = new List<PackageList>();
        var block = new List<string>();
        foreach (string raw in text.Split('\n'))
        {
            if (packages.Count == MaximumPackages)
            {
                break;
            }

            string line = raw.Trim();
            if (line.Length > MaximumLine)
            {
                continue;
            }

            if (line.Length == 0)
            {
                Close(block, packages);
                continue;
            }

            string[] cells = line.Split('|');
            if (cells.Length == 7)
            {
                AddRow(cells, packages);
                continue;
            }

            int colon = line.IndexOfAny(Colons);
            string value = colon < 0 ? string.Empty : line.Substring(colon + 1).Trim();

            // Some versions leave out the blank line; a published name begins a package in any case.
            if (IsPublished(value))
            {
                Close(block, packages);
            }

            if (colon > 0 && block.Count < MaximumLines)
            {
                block.Add(PrintableText.Clean(value));
            }
        }

        Close(block, packages);
        return packages;
    }

    private static void AddRow(string[] cells, List<PackageList> packages)
    {
        string[] values = [.. cells.Select(cell => PrintableText.Clean(cell.Trim()))];
        if (IsInf(values[0]))
        {
            packages.Add(new PackageList(values[0], IsInf(values[1]) ? values[1] : null, Some(values[4]), Some(values[3]), Some(values[5]), Some(values[6]), null));
        }
    }

    private static void Close(List<string> block, List<PackageList> packages)
    {
        if (block.Count >= 3 && IsInf(block[0]))
        {
            packages.Add(Of(block));
        }

        block.Clear();
    }

    private static PackageList Of(List<string> block)
    {
        string? original = null;
        string? date = null;
        string? version = null;
        var before = new List<string>();
        var after = new List<string>();
        foreach (string value in block.Skip(1))
        {
            if (date is null && original is null && IsInf(value))
            {
                original = WindowsPath.FileName(value);
            }
            else if (DateAndVersion(value) is { Success: true } both)
            {
                date ??= both.Groups[1].Value;
                version ??= both.Groups[2].Success ? both.Groups[2].Value : null;
            }
            else if (IsVersion(value))
            {
                // Before the date it is the version of the class.
                version = date is null ? version : version ?? value;
            }
            else if (!Guid.TryParse(value, out _))
            {
                (date is null ? before : after).Add(value);
            }
        }

        // dism's blocks say between the names and the class whether it came with Windows: 'Yes' and 'No' in any language.
        int first = before.Count > 2 && after.Count == 0 ? 1 : 0;
        bool isDism = first == 1;
        return new PackageList(
            block[0],
            original,
            Some(At(before, isDism ? 2 : 0)),
            Some(At(before, 1)),
            date,
            version,
            isDism ? null : Some(At(after, 0)));
    }

    private static string? At(List<string> values, int index) => index < values.Count ? values[index] : null;

    private static string? Some(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static bool IsInf(string value) => value.Length is > 4 and < 256 && value.EndsWith(".inf", StringComparison.OrdinalIgnoreCase);

    private static bool IsPublished(string value) => IsInf(value) && value.StartsWith("oem", StringComparison.OrdinalIgnoreCase) && value.Skip(3).Take(value.Length - 7).All(char.IsDigit);

    private static bool IsVersion(string value) => value.Length is > 0 and < 64 && value.All(c => c is (>= '0' and <= '9') or '.');

    // Lines are at most 1024 characters long, and nothing in the pattern can match in two ways.
    private static Match DateAndVersion(string value) => Regex.Match(value, @"^(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})\.?(?:\s+(\d+(?:\.\d+){1,3}))?$", RegexOptions.CultureInvariant);
}
