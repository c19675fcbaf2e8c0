BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
namespace KernelFault.JsonTest
{
    public enum Wide : long { Zero, One }
    public enum Narrow { Zero, One }
    [Flags] public enum Bits : ulong { None = 0, A = 1, B = 2 }
    public class Base { public string FromBase { get { return "base"; } } public virtual string Overridden { get { return "base"; } } }
    public struct Wrapped { public string Hex { get { return "0x1"; } } public static string Not { get { return "static"; } } }
    public class Empty { }
    public class Everything : Base
    {
        public object Null { get { return null; } }
        public string Text { get { return "a\"b\\c/d'<>&\b\t\n\f\r\u0001\u001b[31m\u007f\u0085\u009b\u00e9\u2028\u2029\u4e2d\U0001F600"; } }
        public string Blank { get { return ""; } }
        public char Char { get { return '\u0007'; } }
        public bool Yes { get { return true; } }
        public byte Byte { get { return 255; } }
        public short Short { get { return -5; } }
        public int Int { get { return int.MinValue; } }
        public uint Unsigned { get { return uint.MaxValue; } }
        public long Long { get { return long.MinValue; } }
        public ulong Big { get { return ulong.MaxValue; } }
        public int? NoNumber { get { return null; } }
        public uint? Number { get { return 7; } }
        public double Whole { get { return 1; } }
        public double Half { get { return 0.5; } }
        public double Tiny { get { return 1e-20; } }
        public double Huge { get { return 1e22; } }
        public double NotANumber { get { return double.NaN; } }
        public double Infinite { get { return double.NegativeInfinity; } }
        public float Float { get { return 0.1f; } }
        public decimal Money { get { return 12.50m; } }
        public decimal WholeMoney { get { return 12m; } }
        public Wide Wide { get { return Wide.One; } }
        public Wide Unnamed { get { return (Wide)9; } }
        public Narrow Narrow { get { return Narrow.One; } }
        public Bits Bits { get { return Bits.A | Bits.B; } }
        public DateTime Utc { get { return new DateTime(2026, 11, 21, 7, 5, 3, DateTimeKind.Utc); } }
        public DateTime UtcTicks { get { return new DateTime(2026, 11, 21, 7, 5, 3, DateTimeKind.Utc).AddTicks(1234500); } }
        public DateTime Unspecified { get { return new DateTime(2026, 11, 21); } }
        public Guid Guid { get { return new Guid("01234567-89ab-cdef-0123-456789abcdef"); } }
        public Wrapped Wrapped { get { return new Wrapped(); } }
        public Wrapped? NoWrapped { get { return null; } }
        public Empty Empty { get { return new Empty(); } }
        public int[] NoItems { get { return new int[0]; } }
        public int[] Items { get { return new[] { 1, 2 }; } }
        public byte[] Bytes { get { return new byte[] { 1, 2 }; } }
        public object[] Mixed { get { return new object[] { null, "x", new int[0], new[] { 1 }, new Wrapped(), Wide.One }; } }
        public Dictionary<string, string> Map { get { return new Dictionary<string, string> { { "b", "1" }, { "a\"", null } }; } }
        public Dictionary<string, string> NoMap { get { return new Dictionary<string, string>(); } }
        public List<KeyValuePair<string, ulong>> Pairs { get { return new List<KeyValuePair<string, ulong>> { new KeyValuePair<string, ulong>("k", 1) }; } }
        public string Throws { get { throw new InvalidOperationException(); } }
        public string this[int i] { get { return "indexer"; } }
        public override string Overridden { get { return "derived"; } }
    }
}
'@
    $writer = (Get-Command Get-CrashDump).ImplementingType.BaseType.GetGenericArguments()[0].Assembly.GetType('KernelFault.Reports.PowerShellJson')
}

BeforeDiscovery {
    $files = (Get-ChildItem "$(Split-Path $PSScriptRoot)/samples/*.dmp").FullName
    $corpus = "$(Split-Path $PSScriptRoot)/../shared/corpus/windows"
    if (Test-Path $corpus) {
        $files += (Get-ChildItem $corpus -Filter *.dmp | Where-Object Name -ne damaged_zeroed.dmp).FullName
    }

    $linux = "$(Split-Path $PSScriptRoot)/../shared/corpus/linux"
    $hasVmcores = Test-Path $linux
    if ($hasVmcores) {
        $files += (Resolve-Path "$linux/*/vmcore").Path
    }
}

Describe 'JSON of the console tool' {
    It 'writes every kind of value as ConvertTo-Json does' {
        $value = [KernelFault.JsonTest.Everything]::new()
        $writer::Write($value) | Should -BeExactly ($value | ConvertTo-Json -Depth 20)
    }

    It 'writes an empty object as ConvertTo-Json does' {
        $value = [KernelFault.JsonTest.Empty]::new()
        $writer::Write($value) | Should -BeExactly ($value | ConvertTo-Json -Depth 20)
    }

    It 'is ConvertTo-Json of the answer to <_>' -ForEach $files {
        Invoke-KernelFault analyze --json $_ | Should -BeExactly (Get-KernelFaultAnalysis $_ | ConvertTo-Json -Depth 20)
    }

    It 'is ConvertTo-Json of several answers' {
        Invoke-KernelFault analyze --json "$Samples/*.dmp" | Should -BeExactly (Get-KernelFaultAnalysis "$Samples/*.dmp" | ConvertTo-Json -Depth 20)
    }

    It 'is ConvertTo-Json of <name>' -ForEach @(
        @{ name = 'a summary'; arguments = 'analyze', '--summary', '--json', '*.dmp'; command = { Get-KernelFaultAnalysis *.dmp -Summarize } }
        @{ name = 'headers'; arguments = 'dumps', '--json', '*.dmp'; command = { Get-CrashDump *.dmp } }
        @{ name = 'drivers'; arguments = 'modules', '--json', 'network-driver-null-write.dmp'; command = { Get-CrashDumpModule network-driver-null-write.dmp } }
        @{ name = 'unloaded drivers'; arguments = 'modules', '--unloaded', '--json', 'network-driver-null-write.dmp'; command = { Get-CrashDumpModule network-driver-null-write.dmp -Unloaded } }
        @{ name = 'a stop code'; arguments = 'bugcheck', '0xD1', '0x28', '2', '1', '--json'; command = { Get-BugCheck 0xD1 0x28, 2, 1 } }
        @{ name = 'all stop codes'; arguments = 'bugcheck', '--json'; command = { Get-BugCheck } }
    ) {
        Push-Location $Samples
        try { Invoke-KernelFault @arguments | Should -BeExactly (& $command | ConvertTo-Json -Depth 20) }
        finally { Pop-Location }
    }

    It 'is ConvertTo-Json of <name> of a vmcore' -Skip:(-not $hasVmcores) -ForEach @(
        @{ name = 'headers'; arguments = 'dumps', 'VMCORE'; command = { Get-CrashDump $vmcore } }
        @{ name = 'modules'; arguments = 'modules', 'VMCORE'; command = { Get-CrashDumpModule $vmcore } }
        @{ name = 'the log'; arguments = 'log', 'VMCORE'; command = { Get-CrashDumpLog $vmcore } }
        @{ name = 'grave messages'; arguments = 'log', '--level', 'error', 'VMCORE'; command = { Get-CrashDumpLog $vmcore -Level Error } }
        @{ name = 'threads'; arguments = 'threads', 'VMCORE'; command = { Get-CrashDumpThread $vmcore } }
        @{ name = 'stacks'; arguments = 'threads', '--running', '--stack', 'VMCORE'; command = { Get-CrashDumpThread $vmcore -Running -IncludeStack } }
        @{ name = 'threads by name'; arguments = 'threads', '--name', 'kworker*', 'VMCORE'; command = { Get-CrashDumpThread $vmcore -Name kworker* } }
        @{ name = 'a thread'; arguments = 'threads', '--id', '1', 'VMCORE'; command = { Get-CrashDumpThread $vmcore -Id 1 } }
        @{ name = 'symbols'; arguments = 'symbol', 'VMCORE', 'vfs_*', 'panic+0x10'; command = { Get-KernelSymbol $vmcore vfs_*, panic+0x10 } }
        @{ name = 'page tables'; arguments = 'pte', 'VMCORE', 'panic', '0x18'; command = { Get-PageTableEntry $vmcore panic, 0x18 } }
        @{ name = 'memory'; arguments = 'memory', 'VMCORE', 'sys_call_table', '--length', '100'; command = { Read-CrashDumpMemory $vmcore sys_call_table 100 } }
        @{ name = 'memory that is not there'; arguments = 'memory', 'VMCORE', '0x18', '--length', '8'; command = { Read-CrashDumpMemory $vmcore 0x18 8 } }
        @{ name = 'a type'; arguments = 'object', 'VMCORE', 'list_head'; command = { Get-KernelObject $vmcore list_head } }
        @{ name = 'a structure'; arguments = 'object', 'VMCORE', 'task_struct', 'init_task', '--depth', '3'; command = { Get-KernelObject $vmcore task_struct init_task -Depth 3 } }
        @{ name = 'a list'; arguments = 'object', 'VMCORE', 'module', 'modules', '--list', 'list'; command = { Get-KernelObject $vmcore module modules -List list } }
        @{ name = 'a slab object'; arguments = 'slab', 'VMCORE', 'ADDRESS'; command = { Get-CrashDumpThread $vmcore -Id 1 | Get-SlabObject } }
        @{ name = 'code'; arguments = 'disasm', 'VMCORE', 'vfs_read'; command = { Get-KernelDisassembly $vmcore vfs_read } }
        @{ name = 'code in the other syntax'; arguments = 'disasm', 'VMCORE', 'vfs_read', '--count', '5', '--att'; command = { Get-KernelDisassembly $vmcore vfs_read 5 -Syntax Att } }
    ) {
        $vmcore = (Resolve-Path "$Root/../shared/corpus/linux/null_deref/vmcore").Path
        $typed = foreach ($argument in $arguments) {
            switch -CaseSensitive ($argument) {
                'VMCORE' { $vmcore }
                'ADDRESS' { (Get-CrashDumpThread $vmcore -Id 1).Address.Hex }
                default { $_ }
            }
        }
        Invoke-KernelFault @typed '--json' | Should -BeExactly (& $command | ConvertTo-Json -Depth 20)
    }
}
