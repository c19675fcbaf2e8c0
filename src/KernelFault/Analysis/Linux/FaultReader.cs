// What the kernel prints of an access that failed:
//   x86    BUG: unable to handle page fault for address: ffff… · #PF: supervisor write access in kernel mode ·
//          #PF: error_code(0x0002) - not-present page · PGD 2374067 P4D … PTE 0 · Oops: 0002 [#1] (the error code on old kernels)
//   arm64  … at virtual address … · Mem abort info: ESR = 0x…, WnR = 1, FSC = 0x05: level 1 translation fault
//   KASAN  KASAN: null-ptr-deref in range [0x…-0x…] (the shadow address translated back) · Read of size 8 at addr …
//   power  BUG: Kernel NULL pointer dereference on write at 0x…
//   s390   Failing address: … TEID: …
using KernelFault.Dumps;

namespace KernelFault.Analysis.Linux;

/// <summary>The access that failed.</summary>
internal sealed class FaultReader
{
    private static readonly string[] AddressMarks =
    [
        "address: ", "at virtual address ", "non-canonical address ", "maybe for address ", "for address ", "Failing address: ",
        "paging request at ", "dereference at ", "data access at ", "on read at ", "on write at ", "instruction fetch at ",
        "user memory access at ", "badaddr: ",
    ];

    private readonly List<string> _details = [];
    private bool _isSized;

    /// <summary>The address; null when none is printed.</summary>
    internal ulong? Address { get; private set; }

    /// <summary>True when the kernel only guesses the address from its own decoding of the instruction, which does not know every form.</summary>
    internal bool IsGuess { get; private set; }

    /// <summary>How it was used.</summary>
    internal AccessKind Access { get; private set; }

    /// <summary>True when the page was there and its protection forbade the access; null when not printed.</summary>
    internal bool? WasPresent { get; private set; }

    /// <summary>True when the processor was executing a program, not the kernel; null when not printed.</summary>
    internal bool? FromUserMode { get; private set; }

    /// <summary>True when KASAN found the address by its shadow: <see cref="Address"/> is then what the code used.</summary>
    internal bool FromShadow { get; private set; }

    /// <summary>What was printed, in words.</summary>
    internal IReadOnlyList<string> Details => _details;

    /// <summary>Reads a report.</summary>
    internal static FaultReader Read(IReadOnlyList<string> lines, Architecture architecture)
    {
        var fault = new FaultReader();
        for (int i = 0; i < lines.Count && i < 200; i++)
        {
            fault.Take(lines[i], i == 0, architecture);
        }

        return fault;
    }

    private void Take(string line, bool isHeadline, Architecture architecture)
    {
        if (Address is null || FromShadow)
        {
            TakeAddress(line, isHeadline);
        }

        if (line.StartsWith("#PF: ", StringComparison.Ordinal))
        {
            TakePageFault(line);
        }
        else if (architecture is Architecture.X64 or Architecture.X86 && ErrorCode(line) is uint code && WasPresent is null && Address is not null && !line.Contains("general protection"))
        {
            Describe(code);
        }
        else if (line.StartsWith("PGD ", StringComparison.Ordinal))
        {
            _details.Add("Page tables: " + line.Trim(' ') + ".");
        }
        else if (line.TrimStart(' ').StartsWith("WnR = ", StringComparison.Ordinal) || line.Contains(", WnR = "))
        {
            Access = line.Contains("WnR = 1") ? AccessKind.Write : AccessKind.Read;
        }
        else if (line.Contains("FSC = 0x") && line.IndexOf(": ", StringComparison.Ordinal) is int colon and > 0)
        {
            string what = line.Substring(colon + 2).Trim(' ');
            _details.Add($"The processor reports a {what}.");
            WasPresent = what.Contains("permission");
        }
        else if (line.Contains("EC = 0x"))
        {
            Access = line.Contains("IABT") ? AccessKind.Execute : Access;
            FromUserMode ??= line.Contains("lower EL") ? true : line.Contains("current EL") ? false : null;
        }
        else if (line.StartsWith("Read of size ", StringComparison.Ordinal) || line.StartsWith("Write of size ", StringComparison.Ordinal))
        {
            TakeSized(line);
        }
        else if (line.StartsWith("kernel tried to execute ", StringComparison.Ordinal))
        {
            Access = AccessKind.Execute;
            _details.Add("The " + line.TrimEnd(' ') + ".");
        }
    }

    private void TakeAddress(string line, bool isHeadline)
    {
        const string Range = " in range [";
        int range = line.IndexOf(Range, StringComparison.Ordinal);
        if (range > 0 && line.Contains("KASAN: ") && RegisterReader.Value(line, Range) is ulong lowest)
        {
            // The fault itself was on the shadow; the range is what the code asked for, eight bytes wide.
            Address = lowest;
            FromShadow = true;
            _details.Add(line.Contains("null-ptr-deref") ? "KASAN translates the shadow address back to a NULL pointer dereference." : "KASAN translates the shadow address back to the address the code used.");
            return;
        }

        if (FromShadow)
        {
            return;
        }

        foreach (string mark in AddressMarks)
        {
            if ((isHeadline || mark is "Failing address: " or "badaddr: ") && RegisterReader.Value(line, mark) is ulong value)
            {
                Address = value;
                IsGuess = mark is "maybe for address ";
                Access = line.Contains("on write at") ? AccessKind.Write : line.Contains("on read at") ? AccessKind.Read : line.Contains("instruction fetch") ? AccessKind.Execute : Access;
                return;
            }
        }
    }

    private void TakePageFault(string line)
    {
        if (line.Contains(" access in "))
        {
            Access = line.Contains("write access") ? AccessKind.Write : line.Contains("instruction fetch") ? AccessKind.Execute : AccessKind.Read;
            FromUserMode = line.Contains("in user mode");
        }
        else if (line.Contains("instruction fetch in"))
        {
            Access = AccessKind.Execute;
            FromUserMode = line.Contains("in user mode");
        }
        else if (RegisterReader.Value(line, "error_code(") is ulong code)
        {
            Describe((uint)code);
        }
    }

    private void TakeSized(string line)
    {
        if (_isSized)
        {
            return;
        }

        _isSized = true;
        Access = line[0] == 'R' ? AccessKind.Read : AccessKind.Write;
        Address ??= RegisterReader.Value(line, " at addr ");
        int size = line.IndexOf("of size ", StringComparison.Ordinal) + "of size ".Length;
        int end = TitleNumbers.SkipDigits(line, size);
        _details.Add($"A {(Access == AccessKind.Read ? "read" : "write")} of {line.Substring(size, end - size)} bytes.");
    }

    /// <summary><c>Oops: 0002 [#1] SMP</c>: on x86 the error code of the fault in four hexadecimal digits.</summary>
    private static uint? ErrorCode(string line)
    {
        const string Mark = "Oops: ";
        int at = line.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0 || at + Mark.Length + 5 > line.Length || line[at + Mark.Length + 4] != ' ')
        {
            return null;
        }

        return LogNumber.TryHex(line, at + Mark.Length, out ulong code, out int end) && end == at + Mark.Length + 4 ? (uint)code : null;
    }

    /// <summary>The bits of a page fault's error code: Intel SDM volume 3, "Interrupt 14".</summary>
    private void Describe(uint code)
    {
        if (WasPresent is not null)
        {
            return;
        }

        WasPresent = (code & 1) != 0;
        FromUserMode = (code & 4) != 0;
        Access = (code & 16) != 0 ? AccessKind.Execute : (code & 2) != 0 ? AccessKind.Write : AccessKind.Read;
        string what = (code & 8) != 0 ? "a reserved bit is set in a page-table entry: page tables are damaged"
            : (code & 32) != 0 ? "a protection key forbids it"
            : WasPresent == true ? "the page is there, and its protection forbids it"
            : "the page is not there";
        _details.Add(FormattableString.Invariant($"Error code 0x{code:x4}: {Access.ToString().ToLowerInvariant()} in {(FromUserMode == true ? "user" : "kernel")} mode; {what}."));
    }
}
