using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Analysis;

/// <summary>A64 loads and stores: the encodings are those an assembler gives for the text beside them.</summary>
public sealed class Arm64InstructionDecoderTests
{
    private const ulong Pc = 0x0C000000;

    [Theory]
    [InlineData(0xF9401408u, "ldr x8, [x0, #40]", "ldr x8,[x0,#0x28]", AccessKind.Read, 0x1028L, 8, "x0")]
    [InlineData(0xB9400008u, "ldr w8, [x0]", "ldr w8,[x0]", AccessKind.Read, 0x1000L, 4, "x0")]
    [InlineData(0xF93FFC28u, "str x8, [x1, #32760]", "str x8,[x1,#0x7FF8]", AccessKind.Write, 0x9ff8L, 8, "x1")]
    [InlineData(0xB9000FFFu, "str wzr, [sp, #12]", "str wzr,[sp,#0xC]", AccessKind.Write, 0xd00000cL, 4, "sp")]
    [InlineData(0x39000443u, "strb w3, [x2, #1]", "strb w3,[x2,#0x1]", AccessKind.Write, 0x3001L, 1, "x2")]
    [InlineData(0x79000443u, "strh w3, [x2, #2]", "strh w3,[x2,#0x2]", AccessKind.Write, 0x3002L, 2, "x2")]
    [InlineData(0x39C00443u, "ldrsb w3, [x2, #1]", "ldrsb w3,[x2,#0x1]", AccessKind.Read, 0x3001L, 1, "x2")]
    [InlineData(0x39800443u, "ldrsb x3, [x2, #1]", "ldrsb x3,[x2,#0x1]", AccessKind.Read, 0x3001L, 1, "x2")]
    [InlineData(0x79800443u, "ldrsh x3, [x2, #2]", "ldrsh x3,[x2,#0x2]", AccessKind.Read, 0x3002L, 2, "x2")]
    [InlineData(0xB9800443u, "ldrsw x3, [x2, #4]", "ldrsw x3,[x2,#0x4]", AccessKind.Read, 0x3004L, 4, "x2")]
    [InlineData(0x3DC004A0u, "ldr q0, [x5, #16]", "ldr q0,[x5,#0x10]", AccessKind.Read, 0x6010L, 16, "x5")]
    [InlineData(0xFD0004A1u, "str d1, [x5, #8]", "str d1,[x5,#0x8]", AccessKind.Write, 0x6008L, 8, "x5")]
    [InlineData(0xBD4004A2u, "ldr s2, [x5, #4]", "ldr s2,[x5,#0x4]", AccessKind.Read, 0x6004L, 4, "x5")]
    [InlineData(0xF85F8008u, "ldur x8, [x0, #-8]", "ldur x8,[x0,#-0x8]", AccessKind.Read, 0xff8L, 8, "x0")]
    [InlineData(0xB8003008u, "stur w8, [x0, #3]", "stur w8,[x0,#0x3]", AccessKind.Write, 0x1003L, 4, "x0")]
    [InlineData(0x38003008u, "sturb w8, [x0, #3]", "sturb w8,[x0,#0x3]", AccessKind.Write, 0x1003L, 1, "x0")]
    [InlineData(0xF8410C08u, "ldr x8, [x0, #16]!", "ldr x8,[x0,#0x10]!", AccessKind.Read, 0x1010L, 8, "x0")]
    [InlineData(0xF81F0C08u, "str x8, [x0, #-16]!", "str x8,[x0,#-0x10]!", AccessKind.Write, 0xff0L, 8, "x0")]
    [InlineData(0xF8410408u, "ldr x8, [x0], #16", "ldr x8,[x0],#0x10", AccessKind.Read, 0x1000L, 8, "x0")]
    [InlineData(0xF81F8408u, "str x8, [x0], #-8", "str x8,[x0],#-0x8", AccessKind.Write, 0x1000L, 8, "x0")]
    [InlineData(0xF8408808u, "ldtr x8, [x0, #8]", "ldtr x8,[x0,#0x8]", AccessKind.Read, 0x1008L, 8, "x0")]
    [InlineData(0xF8616808u, "ldr x8, [x0, x1]", "ldr x8,[x0,x1]", AccessKind.Read, 0x3000L, 8, "x0")]
    [InlineData(0xF8617808u, "ldr x8, [x0, x1, lsl #3]", "ldr x8,[x0,x1,lsl #3]", AccessKind.Read, 0x11000L, 8, "x0")]
    [InlineData(0xB8615808u, "ldr w8, [x0, w1, uxtw #2]", "ldr w8,[x0,w1,uxtw #2]", AccessKind.Read, 0x9000L, 4, "x0")]
    [InlineData(0xF821C808u, "str x8, [x0, w1, sxtw]", "str x8,[x0,w1,sxtw]", AccessKind.Write, 0x3000L, 8, "x0")]
    [InlineData(0x38616808u, "ldrb w8, [x0, x1]", "ldrb w8,[x0,x1]", AccessKind.Read, 0x3000L, 1, "x0")]
    [InlineData(0xF861F808u, "ldr x8, [x0, x1, sxtx #3]", "ldr x8,[x0,x1,sxtx #3]", AccessKind.Read, 0x11000L, 8, "x0")]
    [InlineData(0xA94153F3u, "ldp x19, x20, [sp, #16]", "ldp x19,x20,[sp,#0x10]", AccessKind.Read, 0xd000010L, 16, "sp")]
    [InlineData(0xA9BE7BFDu, "stp x29, x30, [sp, #-32]!", "stp fp,lr,[sp,#-0x20]!", AccessKind.Write, 0xcffffe0L, 16, "sp")]
    [InlineData(0xA8C27BFDu, "ldp x29, x30, [sp], #32", "ldp fp,lr,[sp],#0x20", AccessKind.Read, 0xd000000L, 16, "sp")]
    [InlineData(0x29010861u, "stp w1, w2, [x3, #8]", "stp w1,w2,[x3,#0x8]", AccessKind.Write, 0x4008L, 8, "x3")]
    [InlineData(0xAD410460u, "ldp q0, q1, [x3, #32]", "ldp q0,q1,[x3,#0x20]", AccessKind.Read, 0x4020L, 32, "x3")]
    [InlineData(0x69410861u, "ldpsw x1, x2, [x3, #8]", "ldpsw x1,x2,[x3,#0x8]", AccessKind.Read, 0x4008L, 8, "x3")]
    [InlineData(0xA8010861u, "stnp x1, x2, [x3, #16]", "stnp x1,x2,[x3,#0x10]", AccessKind.Write, 0x4010L, 16, "x3")]
    [InlineData(0xC85F7C41u, "ldxr x1, [x2]", null, AccessKind.Read, 0x3000L, 8, "x2")]
    [InlineData(0xC8007C41u, "stxr w0, x1, [x2]", null, AccessKind.Write, 0x3000L, 8, "x2")]
    [InlineData(0x88DFFC41u, "ldar w1, [x2]", null, AccessKind.Read, 0x3000L, 4, "x2")]
    [InlineData(0xC89FFC41u, "stlr x1, [x2]", null, AccessKind.Write, 0x3000L, 8, "x2")]
    [InlineData(0x085FFC41u, "ldaxrb w1, [x2]", null, AccessKind.Read, 0x3000L, 1, "x2")]
    [InlineData(0xC800FC41u, "stlxr w0, x1, [x2]", null, AccessKind.Write, 0x3000L, 8, "x2")]
    [InlineData(0xC87F0440u, "ldxp x0, x1, [x2]", null, AccessKind.Read, 0x3000L, 16, "x2")]
    [InlineData(0xC8250440u, "stxp w5, x0, x1, [x2]", null, AccessKind.Write, 0x3000L, 16, "x2")]
    [InlineData(0xC8A07C41u, "cas x0, x1, [x2]", null, AccessKind.Write, 0x3000L, 8, "x2")]
    [InlineData(0x88E0FC41u, "casal w0, w1, [x2]", null, AccessKind.Write, 0x3000L, 4, "x2")]
    [InlineData(0x48207C82u, "casp x0, x1, x2, x3, [x4]", null, AccessKind.Write, 0x5000L, 16, "x4")]
    [InlineData(0xF8200041u, "ldadd x0, x1, [x2]", null, AccessKind.Write, 0x3000L, 8, "x2")]
    [InlineData(0xB8E08041u, "swpal w0, w1, [x2]", null, AccessKind.Write, 0x3000L, 4, "x2")]
    [InlineData(0xF820005Fu, "stadd x0, [x2]", null, AccessKind.Write, 0x3000L, 8, "x2")]
    [InlineData(0xF8BFC041u, "ldapr x1, [x2]", null, AccessKind.Read, 0x3000L, 8, "x2")]
    [InlineData(0xD9408041u, "ldapur x1, [x2, #8]", null, AccessKind.Read, 0x3008L, 8, "x2")]
    [InlineData(0x991FC041u, "stlur w1, [x2, #-4]", null, AccessKind.Write, 0x2ffcL, 4, "x2")]
    [InlineData(0xF8202441u, "ldraa x1, [x2, #16]", null, AccessKind.Read, 0x3010L, 8, "x2")]
    [InlineData(0xF87FE441u, "ldraa x1, [x2, #-16]", null, AccessKind.Read, 0x2ff0L, 8, "x2")]
    [InlineData(0x4C407020u, "ld1 { v0.16b }, [x1]", null, AccessKind.Read, 0x2000L, null, "x1")]
    [InlineData(0x4C9F7020u, "st1 { v0.16b }, [x1], #16", null, AccessKind.Write, 0x2000L, null, "x1")]
    [InlineData(0x0D400420u, "ld1 { v0.b }[1], [x1]", null, AccessKind.Read, 0x2000L, null, "x1")]
    [InlineData(0xD50B7423u, "dc zva, x3", "dc zva,x3", AccessKind.Write, 0x4000L, null, "x3")]
    [InlineData(0xF9800000u, "prfm pldl1keep, [x0]", null, AccessKind.Unknown, null, null, null)]
    [InlineData(0x58000201u, "ldr x1, #64", null, AccessKind.Read, 0xc000040L, 8, "pc")]
    [InlineData(0x8B020020u, "add x0, x1, x2", null, AccessKind.Unknown, null, null, null)]
    [InlineData(0x14000004u, "b #16", null, AccessKind.Unknown, null, null, null)]
    [InlineData(0xD503201Fu, "nop", null, AccessKind.Unknown, null, null, null)]
    [InlineData(0xF87F681Fu, "ldr xzr, [x0, xzr]", "ldr xzr,[x0,xzr]", AccessKind.Read, 0x1000L, 8, "x0")]
    public void A_load_or_store_gives_its_address_and_access(uint word, string assembly, string? text, AccessKind access, long? address, int? size, string? register)
    {
        // x0 = 0x1000, x1 = 0x2000 and so on.
        var values = Enumerable.Range(0, 29).Select(i => new RegisterValue($"x{i}", (ulong)(0x1000 * (i + 1)))).ToList();
        values.AddRange([new("fp", 0x0F000000), new("lr", 0x0E000000), new("sp", 0x0D000000), new("pc", Pc)]);
        var memory = new SparseMemory().Add(Pc, [.. BitConverter.GetBytes(word), .. new byte[16]]);
        FaultInstruction instruction = new InstructionDecoder(memory, [], ImageStore.Empty()).Decode(new VirtualAddress(Pc), new RegisterSet(Architecture.Arm64, values));

        Assert.True(text == instruction.Text, $"{assembly}: {instruction.Text}");
        Assert.Equal(access, instruction.Access);
        Assert.Equal(address, (long?)instruction.EffectiveAddress?.ToUInt64());
        Assert.Equal(size, instruction.AccessSize);
        Assert.Equal(register, instruction.BaseRegister);
        Assert.Equal(8, instruction.Bytes!.Length);
    }

    [Fact]
    public void Every_encoding_ends_in_an_answer()
    {
        var random = new Random(1);
        for (int i = 0; i < 1_000_000; i++)
        {
            _ = Arm64LoadStore.Decode((uint)random.NextInt64());
        }
    }
}
