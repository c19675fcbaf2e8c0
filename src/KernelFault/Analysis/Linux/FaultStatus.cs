// How processors other than x86 say why an access failed:
//   arm      Oops: 817 [#1]            FSR: bits 0-3 and 10 the reason, bit 11 a write, bit 31 set by Linux for a fetch; bit 9 the
//                                      long form, whose reason is in bits 0-5 (ARM DDI 0406, B3.13)
//   arm64    Oops: 96000045 [#1]       ESR_EL1: bits 26-31 the class, bit 6 a write, bits 0-5 the reason (ARM DDI 0487, D24.2)
//   riscv    cause: 000000000000000d   scause of the privileged architecture
//   powerpc  TRAP: 0300 … DSISR: 42000000   vector, and why: bit 30 no page, bit 27 protection, bit 25 a store; Book E has ESR instead
//   s390     Failing address: 000000000133b000 TEID: 000000000133b407 · Oops: 0004 ilc:2   the address is that of the page; bits
//                                      10 and 11 of the TEID tell a store (1) from a fetch (2); the code says what was missing
using KernelFault.Dumps;

namespace KernelFault.Analysis.Linux;

/// <summary>What the processor's own status says of the access that failed.</summary>
internal sealed class FaultStatus
{
    private static readonly string[] RiscVCauses =
    [
        "an instruction address is misaligned", "instructions cannot be fetched from that physical memory", "the instruction is not known", "a breakpoint",
        "the address of a load is misaligned", "that physical memory cannot be read", "the address of a store is misaligned", "that physical memory cannot be written",
        string.Empty, string.Empty, string.Empty, string.Empty,
        "no page to execute from", "no page to read from", string.Empty, "no page to write to",
    ];

    /// <summary>How the address was used.</summary>
    internal AccessKind Access { get; private set; }

    /// <summary>True when the page was there and its protection forbade the access; null when not told.</summary>
    internal bool? WasPresent { get; private set; }

    /// <summary>The address, where only a register has it.</summary>
    internal ulong? Address { get; private set; }

    /// <summary>The status in words; null when there is none.</summary>
    internal string? Detail { get; private set; }

    /// <summary>Reads the status of a report.</summary>
    internal static FaultStatus Read(IReadOnlyList<string> lines, Architecture architecture, RegisterSet? registers)
    {
        var status = new FaultStatus();
        switch (architecture)
        {
            case Architecture.Arm when Code(lines, "Internal error: ") is ulong code:
                status.TakeArm((uint)code);
                break;
            case Architecture.Arm64 when Code(lines, "Internal error: ") is ulong syndrome && syndrome > uint.MaxValue >> 8:
                status.TakeArm64((uint)syndrome);
                break;
            case Architecture.RiscV64 or Architecture.RiscV32 when registers is not null && registers["cause"] is ulong cause && cause < (ulong)RiscVCauses.Length:
                status.TakeRiscV((int)cause, registers["badaddr"]);
                break;
            case Architecture.PowerPc64 or Architecture.PowerPc when registers is not null:
                status.TakePowerPc(registers);
                break;
            case Architecture.S390X:
                status.TakeS390(lines);
                break;
            default:
                break;
        }

        return status;
    }

    /// <summary>The hexadecimal number before <c>[#1]</c> on the line with a phrase.</summary>
    private static ulong? Code(IReadOnlyList<string> lines, string phrase)
    {
        foreach (string line in lines)
        {
            int end = line.Contains(phrase) ? line.IndexOf(" [#", StringComparison.Ordinal) : -1;
            if (end > 0)
            {
                int start = line.LastIndexOf(' ', end - 1) + 1;
                return LogNumber.TryHex(line, start, out ulong code, out int after) && after == end ? code : null;
            }
        }

        return null;
    }

    private static AccessKind ReadOrWrite(bool write) => write ? AccessKind.Write : AccessKind.Read;

    private void TakeArm(uint code)
    {
        if (code == 0)
        {
            // No access failed: BUG(), an unknown instruction.
            return;
        }

        bool isLong = (code & 0x200) != 0;
        uint reason = isLong ? code & 0x3F : (code & 0xF) | ((code & 0x400) >> 6);
        Access = (code & 0x80000000) != 0 ? AccessKind.Execute : ReadOrWrite((code & 0x800) != 0);
        bool missing = isLong ? reason is >= 4 and <= 7 : reason is 5 or 7;
        bool forbidden = isLong ? reason is >= 12 and <= 15 : reason is 13 or 15;
        bool domain = !isLong && reason is 9 or 11;
        WasPresent = missing ? false : forbidden || domain ? true : null;
        Describe(FormattableString.Invariant($"0x{code:x}"), missing ? "the page is not there" : forbidden ? "the page is there, and its protection forbids it" : domain ? "memory of a program, which the kernel had closed to itself" : null);
    }

    private void TakeArm64(uint syndrome)
    {
        uint kind = syndrome >> 26;
        bool fetch = kind is 0x20 or 0x21;
        if (!fetch && kind is not (0x24 or 0x25))
        {
            return;
        }

        uint reason = syndrome & 0x3F;
        Access = fetch ? AccessKind.Execute : ReadOrWrite((syndrome & 0x40) != 0);
        WasPresent = reason is >= 4 and <= 7 ? false : reason is >= 12 and <= 15 ? true : null;
        Describe(
            FormattableString.Invariant($"0x{syndrome:x8}"),
            reason is >= 4 and <= 7 ? "the page is not there" : reason is >= 12 and <= 15 ? "the page is there, and its protection forbids it" : reason == 0x21 ? "the address is misaligned" : reason == 0x10 ? "the memory system answered with an error" : null);
    }

    private void TakeRiscV(int cause, ulong? address)
    {
        Access = cause is 0 or 1 or 12 ? AccessKind.Execute : cause is 4 or 5 or 13 ? AccessKind.Read : cause is 6 or 7 or 15 ? AccessKind.Write : AccessKind.Unknown;
        Address = Access == AccessKind.Unknown ? null : address;
        if (RiscVCauses[cause].Length > 0)
        {
            Detail = FormattableString.Invariant($"Cause {cause}: {RiscVCauses[cause]}.");
        }
    }

    private void TakePowerPc(RegisterSet registers)
    {
        ulong? vector = registers["trap"];
        bool fetch = vector is 0x400 or 0x480;
        bool data = vector is 0x300 or 0x380;
        ulong? reason = registers["dsisr"];
        if (fetch)
        {
            Access = AccessKind.Execute;
            Address = registers["pc"];
        }
        else if (data && reason is ulong why && why != 0)
        {
            Access = ReadOrWrite((why & 0x02000000) != 0);
            WasPresent = (why & 0x08000000) != 0 ? true : (why & 0x40000000) != 0 ? false : null;
            Describe(FormattableString.Invariant($"0x{why:x8}"), WasPresent == true ? "the page is there, and its protection forbids it" : WasPresent == false ? "the page is not there" : null);
        }
        else if (data && registers["esr"] is ulong bookE)
        {
            Access = ReadOrWrite((bookE & 0x00800000) != 0);
        }

        Address ??= data ? registers["dar"] ?? registers["dear"] : null;
    }

    private void TakeS390(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            const string Identification = " TEID: ";
            int code = line.IndexOf(" ilc:", StringComparison.Ordinal);
            if (line.Contains("Failing address: ") && RegisterReader.Value(line, Identification) is ulong teid)
            {
                uint use = (uint)(teid >> 10) & 3;
                Access = use == 1 ? AccessKind.Write : use == 2 ? AccessKind.Read : AccessKind.Unknown;
            }
            else if (code > 4 && LogNumber.TryHex(line, code - 4, out ulong value, out int end) && end == code)
            {
                WasPresent = value == 0x04 ? true : value is 0x10 or 0x11 or (>= 0x38 and <= 0x3B) ? false : null;
                Describe(FormattableString.Invariant($"0x{value:x4}"), WasPresent == true ? "the page is there, and its protection forbids it; the first pages of a processor's own memory are always protected" : WasPresent == false ? "the page is not there" : null);
                return;
            }
        }
    }

    private void Describe(string code, string? reason)
    {
        if (reason is not null)
        {
            string use = Access == AccessKind.Unknown ? "access" : Access.ToString().ToLowerInvariant();
            Detail = $"Status {code}: {use} in kernel mode; {reason}.";
        }
    }
}
