using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Disassembly;
using KernelFault.Memory;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>Spelling of instructions, beside what objdump prints for the same bytes.</summary>
public class DisassemblyTextTests
{
    private static readonly VirtualAddress Place = new(0xffffffff00000000);

    [SkippableTheory]
    [InlineData("4869c000ca9a3b", "imul $0x3b9aca00,%rax,%rax")]
    [InlineData("4d69ed40420f00", "imul $0xf4240,%r13,%r13")]
    [InlineData("480fafc2", "imul %rdx,%rax")]
    [InlineData("ff7350", "push 0x50(%rbx)")]
    [InlineData("53", "push %rbx")]
    [InlineData("ed", "in (%dx),%eax")]
    [InlineData("ee", "out %al,(%dx)")]
    [InlineData("e680", "out %al,$0x80")]
    [InlineData("0f1f440000", "nopl 0x0(%rax,%rax,1)")]
    [InlineData("f348ab", "rep stos %rax,%es:(%rdi)")]
    public void Instructions_in_att_syntax_are_spelled_as_objdump_spells_them(string bytes, string expected)
    {
        using var dump = (LinuxVmcore)CrashDump.Open(Corpus.File(Path.Combine("corpus", "linux", "null_deref", "vmcore")));
        var disassembler = new X64Disassembler(new SparseMemory().Add(Place.ToUInt64(), Convert.FromHexString(bytes)), LinuxKernel.Open(dump).Symbols, DisassemblySyntax.Att);

        DisassembledInstruction instruction = Assert.Single(disassembler.Disassemble(Place, 1));

        Assert.Equal(expected, instruction.Text);
        Assert.Equal(bytes, instruction.Bytes);
    }
}
