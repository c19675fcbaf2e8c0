using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Knowledge;

namespace KernelFault.Tests.Analysis;

public sealed class BugCheckDecoderTests
{
    private const uint Windows81 = 9600;
    private const uint Windows10 = 19041;
    private const uint Windows11 = 26100;

    private static readonly BugCheckDecoder Decoder = new(KnowledgeBase.Default);

    [Fact]
    public void Flag_of_small_dumps_is_folded_in()
    {
        StopCode stop = Decode(0x1000007E, [0xFFFFFFFFC0000005, 0xFFFFF8048B58334C, 0xFFFF850429891EE8, 0xFFFF850429891720], Windows10);

        Assert.Equal((0x7Eu, "0x1000007E", "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"), (stop.Code, stop.RawCode, stop.Name));
        Assert.Equal("STATUS_ACCESS_VIOLATION", stop.Parameters[0].Decoded);
        Assert.Equal("0xfffff8048b58334c", stop.Parameters[1].Value);
    }

    [Fact]
    public void Unhandled_exception_names_instruction_and_records()
    {
        BugCheckSemantics semantics = Interpret(0x1000007E, [0xFFFFFFFFC0000005, 0xFFFFF8048B58334C, 0xFFFF850429891EE8, 0xFFFF850429891720], Windows10);

        Assert.Equal(0xC0000005, semantics.ExceptionCode);
        Assert.Equal("0xfffff8048b58334c", semantics.Instruction!.Value.Hex);
        Assert.Equal("0xffff850429891ee8", semantics.ExceptionRecord!.Value.Hex);
        Assert.Equal("0xffff850429891720", semantics.ContextRecord!.Value.Hex);
        Assert.Null(semantics.FaultAddress);
    }

    [Fact]
    public void Status_of_32_bits_is_named_too()
    {
        StopCode stop = Decode(0x3B, [0xC0000005, 0xFFFFF8004963DE5A, 0xFFFF8301D34AA920, 0], Windows10);

        Assert.Equal("STATUS_ACCESS_VIOLATION", stop.Parameters[0].Decoded);
        Assert.Null(stop.Parameters[3].Meaning);
    }

    [Fact]
    public void Access_at_raised_irql_is_spelled_out()
    {
        StopCode stop = Decode(0xD1, [0x29, 2, 0, 0xFFFFF800A56D1AE9], Windows10);

        Assert.Equal(["in the first 64 KiB: a NULL pointer or a field of one", "DISPATCH_LEVEL", "read", null], Decoded(stop));
        BugCheckSemantics semantics = Interpret(0xD1, [0x29, 2, 0, 0xFFFFF800A56D1AE9], Windows10);
        Assert.Equal((FaultClass.IrqlViolation, AccessKind.Read, 2), (semantics.FaultClass, semantics.Access, semantics.Irql));
        Assert.Equal(0x29ul, semantics.FaultAddress!.Value.ToUInt64());
    }

    [Fact]
    public void Disabled_interrupts_are_no_irql()
    {
        StopCode stop = Decode(0xA, [2, 0xFF, 0, 0xFFFFF803E012D403], Windows11);

        Assert.Equal("interrupts were disabled", stop.Parameters[1].Decoded);
        Assert.Null(Interpret(0xA, [2, 0xFF, 0, 0xFFFFF803E012D403], Windows11).Irql);
    }

    [Theory]
    [InlineData(1u, "write")]
    [InlineData(8u, "execute")]
    [InlineData(2u, "execute")]
    public void Bits_of_0xA_name_the_access(uint bits, string access) =>
        Assert.Equal(access, Decode(0xA, [0x1000, 2, bits, 0], Windows10).Parameters[2].Decoded);

    [Fact]
    public void Page_fault_of_a_new_windows_has_page_fault_bits_and_type()
    {
        StopCode stop = Decode(0x50, [0xFFFFBD0E4CF6A558, 0, 0xFFFFF800AF460702, 2], Windows11);

        Assert.Equal("read", stop.Parameters[1].Decoded);
        Assert.Equal("no page table, or no valid entry, maps the address", stop.Parameters[3].Decoded);
        Assert.Equal("write", Decode(0x50, [0, 2, 0, 0], Windows10).Parameters[1].Decoded);
        Assert.Equal("execute", Decode(0x50, [0, 0x10, 0, 0], Windows10).Parameters[1].Decoded);
    }

    [Fact]
    public void Page_fault_of_an_old_windows_has_neither()
    {
        StopCode stop = Decode(0x50, [0x7FFE0320, 0, 0xFFFFF801EDDF9151, 8], Windows81);

        Assert.Equal(["user space", "read", null, null], Decoded(stop));
        Assert.Equal("write", Decode(0x50, [0x7FFE0320, 1, 0, 8], Windows81).Parameters[1].Decoded);
        Assert.Null(Decode(0x50, [0x7FFE0320, 0, 0, 2], Windows81).Parameters[3].Decoded);
    }

    [Theory]
    [InlineData(1u, "write")]
    [InlineData(8u, "execute")]
    public void Page_fault_on_arm_has_its_own_bits(uint bits, string access) =>
        Assert.Equal(access, Decoder.Decode(0x50, [0xFFFF800000000000, bits, 0, 0], 22000, Architecture.Arm64).Parameters[1].Decoded);

    [Fact]
    public void Hanging_processor_is_named()
    {
        StopCode stop = Decode(0x101, [0xC, 0, 0xFFFF98802B36A180, 2], Windows10);

        Assert.Equal(["12 clock ticks", null, null, "2"], Decoded(stop));
        Assert.Equal(FaultClass.HardwareError, Interpret(0x101, [0xC, 0, 0xFFFF98802B36A180, 2], Windows10).FaultClass);
    }

    [Fact]
    public void Graphics_timeout_points_into_the_driver()
    {
        BugCheckSemantics semantics = Interpret(0x116, [0xFFFFB48BE920B010, 0xFFFFF8027A960A40, 0xFFFFFFFFC0000001, 4], Windows10);

        Assert.Equal(FaultClass.GraphicsFailure, semantics.FaultClass);
        Assert.Equal(["0xfffff8027a960a40"], semantics.CodeAddresses.Select(address => address.Hex));
        Assert.Equal("STATUS_UNSUCCESSFUL", Decode(0x116, [0, 0, 0xFFFFFFFFC0000001, 4], Windows10).Parameters[2].Decoded);
    }

    [Fact]
    public void Raised_irql_after_a_system_call_is_named()
    {
        StopCode stop = Decode(0x4A, [0x7FFE7350D0C4, 2, 0, 0xFFFFA704EEB6BEC0], Windows10);

        Assert.Equal("DISPATCH_LEVEL", stop.Parameters[1].Decoded);
    }

    [Fact]
    public void Held_power_request_is_found()
    {
        ulong[] parameters = [3, 0xFFFFD68FE35B8050, 0xFFFFD007D6287BA0, 0xFFFFD68FE383B8A0];

        Assert.Equal("a device has held a power request for too long", Decode(0x9F, parameters, Windows10).Parameters[0].Decoded);
        BugCheckSemantics semantics = Interpret(0x9F, parameters, Windows10);
        Assert.Equal("0xffffd68fe35b8050", semantics.DeviceObject!.Value.Hex);
        Assert.Equal("0xffffd68fe383b8a0", semantics.Irp!.Value.Hex);
    }

    [Fact]
    public void Critical_process_is_found()
    {
        ulong[] parameters = [0xFFFFC08D7F1580C0, 0, 0, 0];

        Assert.Equal("the process", Decode(0xEF, parameters, Windows10).Parameters[1].Decoded);
        Assert.Equal("0xffffc08d7f1580c0", Interpret(0xEF, parameters, Windows10).Process!.Value.Hex);
    }

    [Fact]
    public void Kind_of_heap_damage_is_named()
    {
        StopCode stop = Decode(0x13A, [0x12, 0xFFFF8307E9000140, 0xFFFF83086A550000, 0], Windows11);

        Assert.Equal("inner state is wrong, perhaps through use after free or an overrun next door", stop.Parameters[0].Decoded);
        Assert.Equal("where the damage was found", stop.Parameters[2].Meaning);
    }

    [Theory]
    [InlineData(0xC0000094u, FaultClass.DivideError)]
    [InlineData(0xC0000006u, FaultClass.InPageError)]
    [InlineData(0x80000003u, FaultClass.Assertion)]
    [InlineData(0xC000001Du, FaultClass.InvalidOpcode)]
    public void Exception_decides_the_class(uint exception, FaultClass expected) =>
        Assert.Equal(expected, Interpret(0x7E, [unchecked((ulong)(int)exception), 1, 2, 3], Windows10).FaultClass);

    [Fact]
    public void Access_violation_of_0x1E_tells_the_address()
    {
        BugCheckSemantics semantics = Interpret(0x1E, [0xFFFFFFFFC0000005, 0xFFFFF80000001000, 1, 0x18], Windows10);

        Assert.Equal((AccessKind.Write, 0x18ul), (semantics.Access, semantics.FaultAddress!.Value.ToUInt64()));
    }

    [Fact]
    public void Other_exception_of_0x1E_tells_none() =>
        Assert.Null(Interpret(0x1E, [0xFFFFFFFFC000001D, 0xFFFFF80000001000, 1, 0x18], Windows10).FaultAddress);

    [Fact]
    public void Case_overrides_what_the_code_says()
    {
        BugCheckSemantics damaged = Interpret(0x1A, [0x41792, 0xFFFFF6FB40001000, 0x2000000000, 0], Windows81);
        BugCheckSemantics misuse = Interpret(0x1A, [0x1236, 0xFFFFA00000001000, 0, 0], Windows81);

        Assert.Equal((FaultClass.MemoryCorruption, FaultClass.RuleViolation), (damaged.FaultClass, misuse.FaultClass));
        Assert.Equal((BugCheckParameterKind.Pte, 0x2000000000ul), (damaged.Operands[2].Kind, damaged.Operands[2].Value));
        Assert.NotNull(misuse.Find(BugCheckParameterKind.Mdl));
    }

    [Fact]
    public void Corruption_kind_of_a_failed_fast_is_named() =>
        Assert.StartsWith("a doubly linked list is damaged", Decode(0x139, [3, 0xFFFF850429891EE8, 0xFFFF850429891720, 0], Windows10).Parameters[0].Decoded!, StringComparison.Ordinal);

    [Fact]
    public void Case_may_hang_on_another_parameter() =>
        Assert.Equal("bytes behind the block were changed: an overrun", Decode(0xC1, [0xFFFFA00000001000, 0xFFFFA00000001FF0, 0, 0x24], Windows10).Parameters[3].Decoded);

    [Theory]
    [InlineData(0x7Fu, 8u, FaultClass.StackOverflow, "double fault: usually the kernel stack ran out")]
    [InlineData(0x124u, 4u, FaultClass.HardwareError, "uncorrectable PCI Express error")]
    [InlineData(0xC4u, 0x1001u, FaultClass.Deadlock, "locks were taken in an order that can deadlock")]
    [InlineData(0xC4u, 0x20004u, FaultClass.IrqlViolation, "IRQL rule IrqlExAllocatePool was broken")]
    [InlineData(0xC9u, 0x227u, FaultClass.RuleViolation, "a completion routine lies in pageable code")]
    [InlineData(0xC2u, 7u, FaultClass.UseAfterFree, "a block was freed twice")]
    [InlineData(0x19u, 0xEu, FaultClass.PoolCorruption, "header of a free block was changed, mostly by an overrun of the block before it")]
    [InlineData(0x133u, 1u, FaultClass.Lockup, "all deferred calls and interrupts together took too long: the driver on the stack may not be the one")]
    [InlineData(0x9Fu, 4u, FaultClass.Lockup, "Plug and Play did not let the transition go on in time")]
    [InlineData(0x10Du, 4u, FaultClass.RuleViolation, "NULL was passed where a value is required")]
    [InlineData(0xE6u, 0x26u, FaultClass.RuleViolation, "the I/O memory unit stopped a device that reached for memory it may not")]
    [InlineData(0xA0u, 0xBu, FaultClass.ResourceExhaustion, "hibernation file is too small")]
    [InlineData(0x139u, 2u, FaultClass.MemoryCorruption, "stack buffer overrun: the stack cookie was changed")]
    public void Choosing_parameter_tells_kind_and_class(uint code, uint value, FaultClass faultClass, string meaning)
    {
        ulong[] parameters = [value, 0, 0, 0];

        Assert.Equal(meaning, Decode(code, parameters, Windows10).Parameters[0].Decoded);
        Assert.Equal(faultClass, Interpret(code, parameters, Windows10).FaultClass);
    }

    [Theory]
    [InlineData(0x7Au, 3, "STATUS_DEVICE_DATA_ERROR", 0xFFFFFFFFC000009CUL)]
    [InlineData(0x77u, 1, "STATUS_IO_DEVICE_ERROR", 0xC0000185UL)]
    public void Failed_page_read_names_its_status(uint code, int first, string name, ulong status) =>
        Assert.Equal(name, Decode(code, [code == 0x77 ? status : (ulong)first, status, 0, 0], Windows10).Parameters[1].Decoded);

    [Fact]
    public void Packed_text_is_read_from_its_low_byte() =>
        Assert.Equal("'usbhub'", Decode(0x1D5, [0x627568627375, 0, 0, 0], Windows11).Parameters[0].Decoded);

    [Fact]
    public void Who_asked_for_a_live_dump_is_named() =>
        Assert.Equal("Task Manager", Decode(0x161, [0x005461736B6D6772, 0, 0, 0], Windows11).Parameters[0].Decoded);

    [Fact]
    public void Bits_are_named() =>
        Assert.Equal("reading of a page that may not be read, writing of a page that may not be written", Decode(0x18D, [6, 0, 0, 0], Windows11).Parameters[0].Decoded);

    [Fact]
    public void Unknown_code_keeps_its_values()
    {
        StopCode stop = Decode(0x0BADF00D, [1, 2, 3, 4], Windows10);

        Assert.Equal((0x0BADF00Du, null, null), (stop.Code, stop.Name, stop.Meaning));
        Assert.Equal(["0x0000000000000001", "0x0000000000000002", "0x0000000000000003", "0x0000000000000004"], stop.Parameters.Select(parameter => parameter.Value));
        Assert.Equal(FaultClass.Unknown, Interpret(0x0BADF00D, [1, 2, 3, 4], Windows10).FaultClass);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(9)]
    public void Any_number_of_parameters_is_taken(int count) =>
        Assert.Equal(Math.Min(count, 4), Decode(0xC1, new ulong[count], Windows10).Parameters.Count);

    private static StopCode Decode(uint code, ulong[] parameters, uint build) => Decoder.Decode(code, parameters, build, Architecture.X64);

    private static BugCheckSemantics Interpret(uint code, ulong[] parameters, uint build) => Decoder.Interpret(code, parameters, build, Architecture.X64);

    private static IEnumerable<string?> Decoded(StopCode stop) => [.. stop.Parameters.Select(parameter => parameter.Decoded)];
}
