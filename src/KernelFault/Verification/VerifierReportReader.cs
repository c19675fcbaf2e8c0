using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Formats;

namespace KernelFault.Verification;

// verifier.exe writes in the language of its Windows, so nothing here looks at words. /querysettings: a line that ends in the level
// ('…: 0x000209bb'), one line a flag ('[X] 0x00000001 …'), a line that explains [X], and then sections: a heading that ends in a colon, and
// what belongs to it, indented more: the boot mode, rules since Windows 10, and last the drivers, one file name a line or a word for none.
// /query: the level and flags again, then for each driver a line with its name and two numbers in parentheses (loads, unloads), below it
// four lines that end in '( nonpaged / paged )': allocations, bytes, and both at their peaks. Before Windows 8 the level has no '0x', a
// driver's line reads 'Name: x.sys, loads: 1, unloads: 0', and eight lines with a number each follow: allocations paged and nonpaged, their
// peaks, and the same in bytes.

/// <summary>Reads what <c>verifier /querysettings</c> and <c>verifier /query</c> write, in any language.</summary>
internal static class VerifierReportReader
{
    private const int MaximumLine = 512;
    private const int MaximumDrivers = 4096;
    private const int OldNumbers = 8;
    private const int NewNumbers = 8;

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    // NBSP before a colon in French, a wide colon in East Asian texts.
    private static readonly Regex s_level = new(@"^[^\[\]:\uFF1A]+[:\uFF1A]\s*(?:0x)?([0-9a-f]{8})\s*$", Options);
    private static readonly Regex s_flag = new(@"^\s*\[(.)\]\s*\(?0x([0-9a-f]{8})\b", Options);
    private static readonly Regex s_file = new(@"^\s+([^\s\\/:*?""<>|,()]+\.[a-z0-9]{2,4})\s*$", Options);
    private static readonly Regex s_heading = new(@"^\s+\S[^:\uFF1A]*[:\uFF1A]\s*$", Options);
    private static readonly Regex s_module = new(@"^[^:\uFF1A]+[:\uFF1A]\s*([^\s\\/:*?""<>|,()]+)\s*[(\uFF08][^0-9()]*([0-9]{1,10})[^0-9()]+([0-9]{1,10})[^0-9()]*[)\uFF09]\s*$", Options);
    private static readonly Regex s_oldModule = new(@"^[^:\uFF1A]+[:\uFF1A]\s*([^\s\\/:*?""<>|,()]+)\s*,[^0-9,]*([0-9]{1,10})\s*,[^0-9,]*([0-9]{1,10})\s*$", Options);
    private static readonly Regex s_pair = new(@"[(\uFF08]\s*(0x[0-9a-f]{1,16}|[0-9]{1,18})\s*/\s*(0x[0-9a-f]{1,16}|[0-9]{1,18})\s*[)\uFF09]\s*$", Options);
    private static readonly Regex s_number = new(@"[:\uFF1A]\s*(0x[0-9a-f]{1,16}|[0-9]{1,18})\s*$", Options);

    internal static VerifierReport Read(string text)
    {
        long? level = null;
        long flags = 0;
        bool hasFlags = false, inSections = false;
        string? bootMode = null;
        int sections = 0;
        var files = new List<string>();
        var drivers = new List<(Match Line, bool IsOld, List<long> Numbers)>();
        foreach (string line in Lines(text))
        {
            if (s_flag.Match(line) is { Success: true } flag)
            {
                hasFlags = true;
                flags |= flag.Groups[1].Value == " " ? 0 : Hexadecimal(flag.Groups[2].Value);
            }
            else if (level is null && s_level.Match(line) is { Success: true } found)
            {
                level = Hexadecimal(found.Groups[1].Value);
            }
            else if (hasFlags && !inSections)
            {
                // The line that explains the mark ends the flags.
                inSections = line.TrimStart().StartsWith("[", StringComparison.Ordinal);
            }
            else if (drivers.Count < MaximumDrivers && (Module(s_module, line) ?? Module(s_oldModule, line)) is { } module)
            {
                drivers.Add((module, !s_module.IsMatch(line), []));
            }
            else if (drivers.Count > 0)
            {
                Add(drivers[drivers.Count - 1].Numbers, drivers[drivers.Count - 1].IsOld, line);
            }
            else if (inSections && s_heading.IsMatch(line))
            {
                sections++;
                files.Clear();
            }
            else if (inSections && sections == 1 && bootMode is null && line.Trim().Length > 0)
            {
                bootMode = PrintableText.Clean(line.Trim());
            }
            else if (sections > 0 && files.Count < MaximumDrivers && s_file.Match(line) is { Success: true } file)
            {
                files.Add(PrintableText.Clean(file.Groups[1].Value));
            }
        }

        return new VerifierReport(level ?? (hasFlags ? flags : null), files.ToArray(), [.. drivers.Select(driver => Driver(driver.Line, driver.IsOld, driver.Numbers))], bootMode);
    }

    private static IEnumerable<string> Lines(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            if (end - start <= MaximumLine)
            {
                yield return text.Substring(start, end - start).TrimEnd('\r', ' ', '\t', '\0');
            }

            start = end + 1;
        }
    }

    private static Match? Module(Regex expression, string line) => expression.Match(line) is { Success: true } match ? match : null;

    private static void Add(List<long> numbers, bool isOld, string line)
    {
        if (!isOld && numbers.Count < NewNumbers && s_pair.Match(line) is { Success: true } pair)
        {
            numbers.Add(Number(pair.Groups[1].Value));
            numbers.Add(Number(pair.Groups[2].Value));
        }
        else if (isOld && numbers.Count < OldNumbers && s_number.Match(line) is { Success: true } number)
        {
            numbers.Add(Number(number.Groups[1].Value));
        }
    }

    private static VerifiedDriver Driver(Match line, bool isOld, List<long> numbers)
    {
        long? At(int old, int now) => (isOld ? old : now) < numbers.Count ? numbers[isOld ? old : now] : null;
        return new VerifiedDriver
        {
            Name = PrintableText.Clean(line.Groups[1].Value),
            Loads = Number(line.Groups[2].Value),
            Unloads = Number(line.Groups[3].Value),
            PagedAllocations = At(0, 1),
            NonPagedAllocations = At(1, 0),
            PeakPagedAllocations = At(2, 5),
            PeakNonPagedAllocations = At(3, 4),
            PagedBytes = At(4, 3),
            NonPagedBytes = At(5, 2),
            PeakPagedBytes = At(6, 7),
            PeakNonPagedBytes = At(7, 6),
        };
    }

    private static long Hexadecimal(string digits) => long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static long Number(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Hexadecimal(text.Substring(2)) & long.MaxValue : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
