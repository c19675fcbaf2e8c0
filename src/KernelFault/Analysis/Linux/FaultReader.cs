// What the kernel prints of an access that failed:
//   x86    BUG: unable to handle page fault for address: ffff… · #PF: supervisor write access in kernel mode ·
//          #PF: error_code(0x0002) - not-present page · PGD 2374067 P4D … PTE 0 · Oops: 0002 [#1] (the error code on old kernels)
//   arm64  … at virtual address … · Mem abort info: ESR = 0x…, WnR = 1, FSC = 0x05: level 1 translation fault
//   others a status in a register or behind "Oops:": see FaultStatus
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
        "user memory access at ", "unaligned access at ", ") at 0x",
    ];

    private readonly FaultStatus _status;
    private readonly List<string> _details = [];
    private bool _isSized;
    private bool _hasAccessRights;

    private FaultReader(FaultStatus status) => _status = status;

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

    /// <summary>How many bits of an address are translated (arm64: <c>48-bit VAs</c>); null when not printed.</summary>
    internal int? AddressBits { get; private set; }

    /// <summary>What was printed, in words.</summary>
    internal IReadOnlyList<string> Details => _details;

    /// <summary>Reads a report.</summary>
    /// <param name="lines">The lines of the crash itself.</param>
    /// <param name="architecture">The processor.</param>
    /// <param name="registers">The registers of the fault; null when not printed.</param>
    internal static FaultReader Read(IReadOnlyList<string> lines, Architecture architecture, RegisterSet? registers)
    {
        var fault = new FaultReader(FaultStatus.Read(lines, architecture, registers));
        for (int i = 0; i < lines.Count && i < 200; i++)
        {
            fault.Take(lines[i], i == 0, architecture);
        }

        fault.TakeStatus();
        return fault;
    }

    /// <summary>What the processor's status says and the lines do not.</summary>
    private void TakeStatus()
    {
        Access = Access == AccessKind.Unknown ? _status.Access : Access;
        WasPresent ??= _status.WasPresent;
        Address ??= _status.Address;
        if (_status.Detail is string detail && !_hasAccessRights)
        {
            _details.Add(detail);
        }
    }

    private void Take(string line, bool isHeadline, Architecture architecture)
    {
        if (Address is null || FromShadow)
        {
            TakeAddress(line, isHeadline);
        }

        int width = line.IndexOf("-bit VAs", StringComparison.Ordinal);
        AddressBits ??= width > 2 ? (int?)LogNumber.Decimal(line, width - 2) : null;
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
            TakeWalk(line);
        }
        else if (line.Length > 0 && line[0] == '[' && line.Contains("pgd=") && line.Contains("] "))
        {
            // arm, arm64, riscv: [ffff800012345678] pgd=…, p4d=…, pud=…
            TakeWalk(line.Substring(line.IndexOf("] ", StringComparison.Ordinal) + 2));
        }
        else if (line.TrimStart(' ').StartsWith("WnR = ", StringComparison.Ordinal) || line.Contains(", WnR = "))
        {
            Access = line.Contains("WnR = 1") ? AccessKind.Write : AccessKind.Read;
        }
        else if (line.Contains("FSC = 0x") && line.IndexOf(": ", StringComparison.Ordinal) is int colon and > 0)
        {
            string what = line.Substring(colon + 2).Trim(' ');
            _details.Add($"The processor reports a {what}.");
            _hasAccessRights = true;
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
        else if (Address is null && (line.StartsWith("Read at addr ", StringComparison.Ordinal) || line.StartsWith("Write at addr ", StringComparison.Ordinal)))
        {
            // KASAN with tags kept by the hardware knows no size.
            Access = line[0] == 'R' ? AccessKind.Read : AccessKind.Write;
            Address = RegisterReader.Value(line, " at addr ");
        }
        else if (line.StartsWith("kernel tried to execute ", StringComparison.Ordinal))
        {
            Access = AccessKind.Execute;
            _details.Add("The " + line.TrimEnd(' ') + ".");
        }
        else if (line.StartsWith("Kernel attempted to ", StringComparison.Ordinal))
        {
            // powerpc: Kernel attempted to read user page (0) - exploit attempt? (uid: 0)
            Access = line.Contains(" to write ") ? AccessKind.Write : line.Contains(" to exec") ? AccessKind.Execute : AccessKind.Read;
            _details.Add($"The {line.TrimEnd(' ').Replace("Kernel attempted", "kernel attempted")}.");
        }
    }

    private void TakeWalk(string line)
    {
        _details.Add("Page tables: " + line.Trim(' ') + ".");
        if (PageTableText.Describe(line) is string end)
        {
            _details.Add(end);
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
            if ((isHeadline || mark is "Failing address: ") && RegisterReader.Value(line, mark) is ulong value)
            {
                Address = value;
                IsGuess = mark is "maybe for address ";
                Access = Holds(line, "on write at", " when write", "write to read-only") ? AccessKind.Write
                    : Holds(line, "instruction fetch", " when execute", "execute from non-exec", "execution of user") ? AccessKind.Execute
                    : Holds(line, "on read at", " when read", "read from unread") ? AccessKind.Read
                    : Access;
                WasPresent = Holds(line, "read-only memory", "unreadable memory", "non-executable memory") ? true : WasPresent;
                return;
            }
        }
    }

    private static bool Holds(string line, params string[] phrases) => Array.Exists(phrases, line.Contains);

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
