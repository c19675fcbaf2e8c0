using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Analysis;

public sealed class InstructionDecoderTests
{
    private const ulong Ip = 0xFFFFF801_00001000;

    private static readonly RegisterValue[] s_registers =
    [
        new("rax", 0x10), new("rcx", 0), new("rdx", 0xFFFFA000_00001000), new("rbx", 3), new("rsp", 0xFFFFF880_00001000),
        new("rsi", 0xFFFF8000_00002000), new("rdi", 0x7FF0), new("r8", 0xFFFFFFFF_00000008),
    ];

    [Theory]
    [InlineData("48894128", "mov qword ptr [rcx+28h],rax", "[rcx+28h]", "rcx", 0x28L, 0x28UL, AccessKind.Write, 8)]
    [InlineData("488B04C2", "mov rax,qword ptr [rdx+rax*8]", "[rdx+rax*8]", "rdx", 0L, 0xFFFFA000_00001080UL, AccessKind.Read, 8)]
    [InlineData("8B42FC", "mov eax,dword ptr [rdx-4]", "[rdx-4]", "rdx", -4L, 0xFFFFA000_00000FFCUL, AccessKind.Read, 4)]
    [InlineData("F0480FC102", "lock xadd qword ptr [rdx],rax", "[rdx]", "rdx", 0L, 0xFFFFA000_00001000UL, AccessKind.Write, 8)]
    [InlineData("803A00", "cmp byte ptr [rdx],0", "[rdx]", "rdx", 0L, 0xFFFFA000_00001000UL, AccessKind.Read, 1)]
    [InlineData("FF12", "call qword ptr [rdx]", "[rdx]", "rdx", 0L, 0xFFFFA000_00001000UL, AccessKind.Read, 8)]
    [InlineData("53", "push rbx", "[rsp-8]", "rsp", -8L, 0xFFFFF880_00000FF8UL, AccessKind.Write, 8)]
    [InlineData("C3", "ret", "[rsp]", "rsp", 0L, 0xFFFFF880_00001000UL, AccessKind.Read, 8)]
    [InlineData("0F1002", "movups xmm0,xmmword ptr [rdx]", "[rdx]", "rdx", 0L, 0xFFFFA000_00001000UL, AccessKind.Read, 16)]
    [InlineData("678B02", "mov eax,dword ptr [edx]", "[edx]", "edx", 0L, 0x1000UL, AccessKind.Read, 4)]
    public void An_x64_memory_operand_gives_its_address_from_the_registers(
        string code, string text, string operand, string register, long displacement, ulong address, AccessKind access, int size)
    {
        FaultInstruction instruction = Decode(code);
        Assert.Equal(text, instruction.Text);
        Assert.Equal(operand, instruction.Operand);
        Assert.Equal(register, instruction.BaseRegister);
        Assert.Equal(displacement, instruction.Displacement);
        Assert.Equal(new VirtualAddress(address), instruction.EffectiveAddress);
        Assert.Equal(access, instruction.Access);
        Assert.Equal(size, instruction.AccessSize);
        Assert.Equal("dump", instruction.Origin);
        Assert.Equal(code.ToLowerInvariant(), instruction.Bytes);
    }

    [Fact]
    public void A_rip_relative_operand_is_an_absolute_address()
    {
        FaultInstruction instruction = Decode("488B0500010000");
        Assert.Equal("mov rax,qword ptr [0FFFFF80100001107h]", instruction.Text);
        Assert.Equal(new VirtualAddress(0xFFFFF801_00001107), instruction.EffectiveAddress);
        Assert.Null(instruction.BaseRegister);
    }

    [Fact]
    public void A_segment_whose_base_is_not_known_gives_no_address()
    {
        FaultInstruction instruction = Decode("65488B042588010000");
        Assert.Equal("mov rax,qword ptr gs:[188h]", instruction.Text);
        Assert.Null(instruction.EffectiveAddress);
        Assert.Equal(AccessKind.Read, instruction.Access);
    }

    [Theory]
    [InlineData("4D8B00", "r8")]
    [InlineData("4D8B09", "r9")]
    public void A_register_that_the_context_lacks_gives_no_address(string code, string register)
    {
        FaultInstruction instruction = Decode(code);
        Assert.Equal(register, instruction.BaseRegister);
        Assert.Equal(register == "r8", instruction.EffectiveAddress is not null);
        Assert.Equal(register == "r8", instruction.BaseValue is not null);
    }

    [Theory]
    [InlineData("48F7F1", "div rcx")]
    [InlineData("488D4128", "lea rax,[rcx+28h]")]
    [InlineData("0F0B", "ud2")]
    [InlineData("CC", "int 3")]
    public void An_instruction_that_uses_no_memory_has_no_address(string code, string text)
    {
        FaultInstruction instruction = Decode(code);
        Assert.Equal(text, instruction.Text);
        Assert.Null(instruction.EffectiveAddress);
        Assert.Equal(AccessKind.Unknown, instruction.Access);
        Assert.Null(instruction.Operand);
    }

    [Theory]
    [InlineData(0xFFFF8000_00002000UL, AccessKind.Read, "rsi")]
    [InlineData(0x7FF0UL, AccessKind.Write, "rdi")]
    public void Of_two_memory_operands_the_one_at_the_fault_address_is_meant(ulong fault, AccessKind access, string register)
    {
        FaultInstruction instruction = Decode("F3A5", fault);
        Assert.Equal("rep movsd", instruction.Text);
        Assert.Equal(access, instruction.Access);
        Assert.Equal(register, instruction.BaseRegister);
        Assert.Equal(new VirtualAddress(fault), instruction.EffectiveAddress);
    }

    [Fact]
    public void X86_code_is_decoded_as_32_bit()
    {
        var registers = new RegisterSet(Architecture.X86, [new("eip", 0x81001000), new("esp", 0x9000), new("ebx", 0xFFFFFFF0)]);
        FaultInstruction instruction = Decode("8B4320", registers: registers, ip: 0x81001000);
        Assert.Equal("mov eax,dword ptr [ebx+20h]", instruction.Text);
        Assert.Equal(new VirtualAddress(0x10), instruction.EffectiveAddress);
    }

    [Fact]
    public void Without_code_the_module_and_offset_remain()
    {
        KernelModule module = new() { Name = "x.sys", BaseAddress = new VirtualAddress(Ip - 0x1000), Size = 0x2000 };
        var decoder = new InstructionDecoder(new SparseMemory(), [module], ImageStore.Empty());
        FaultInstruction instruction = decoder.Decode(new VirtualAddress(Ip), new RegisterSet(Architecture.X64, s_registers));
        Assert.Equal("x.sys", instruction.Module);
        Assert.Equal(0x1000u, instruction.Offset);
        Assert.Null(instruction.Bytes);
        Assert.Null(instruction.Text);
        Assert.Null(instruction.Origin);
    }

    [Fact]
    public void Bytes_that_are_no_instruction_are_shown_without_text()
    {
        FaultInstruction instruction = Decode("0FFFFFFFFFFFFFFF06060606060606");
        Assert.Equal("dump", instruction.Origin);
        Assert.NotNull(instruction.Bytes);
    }

    [Fact]
    public void Code_comes_from_the_matching_image_and_is_relocated_as_the_loader_did()
    {
        var text = new byte[0x40];
        // mov eax,dword ptr [12345678h], an absolute address that the loader moves.
        Convert.FromHexString("A178563412").CopyTo(text, 0x10);
        var reloc = new byte[12];
        PeBuilder.U32(reloc, 0, 0x1000);
        PeBuilder.U32(reloc, 4, 12);
        PeBuilder.U16(reloc, 8, 0x3011);
        byte[] file = new PeBuilder { Is64Bit = false, Machine = 0x14C, ImageBase = 0x10000 }
            .Section(".text", 0x1000, text, PeBuilder.Code).Section(".reloc", 0x2000, reloc, PeBuilder.Data).Directory(5, 0x2000, 12).Build();
        using var folder = new TemporaryFolder();
        folder.Write("old.sys", file);
        using var images = new ImageStore([folder.Path], useLocalImages: false);
        KernelModule module = new() { Name = "OLD.SYS", BaseAddress = new VirtualAddress(0x82000000), Size = 0x10000, TimeDateStamp = 0x5A1B2C3D };
        var decoder = new InstructionDecoder(new SparseMemory(), [module], images);
        FaultInstruction instruction = decoder.Decode(new VirtualAddress(0x82001010), new RegisterSet(Architecture.X86, [new("eip", 0x82001010)]));
        Assert.Equal("image old.sys", instruction.Origin);
        Assert.Equal(new VirtualAddress(0x12345678 + 0x82000000 - 0x10000), instruction.EffectiveAddress);
    }

    [Fact]
    public void Code_bytes_around_mark_the_instruction()
    {
        var memory = new SparseMemory().Add(Ip - 2, [1, 2, 0xAA, 4, 5]);
        var decoder = new InstructionDecoder(memory, [], ImageStore.Empty());
        Assert.Equal("01 02 <aa> 04 05", decoder.CodeBytesAround(new VirtualAddress(Ip)));
        Assert.Null(decoder.CodeBytesAround(new VirtualAddress(0x1000)));
    }

    private static FaultInstruction Decode(string code, ulong? fault = null, RegisterSet? registers = null, ulong ip = Ip)
    {
        // As in memory, other code follows.
        byte[] bytes = [.. Convert.FromHexString(code), .. new byte[16]];
        var decoder = new InstructionDecoder(new SparseMemory().Add(ip, bytes), [], ImageStore.Empty());
        return decoder.Decode(new VirtualAddress(ip), registers ?? new RegisterSet(Architecture.X64, s_registers), fault is { } address ? new VirtualAddress(address) : null);
    }
}
