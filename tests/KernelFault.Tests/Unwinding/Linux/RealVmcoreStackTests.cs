using KernelFault.Unwinding;
using KernelFault.Unwinding.Linux;
using Xunit.Abstractions;

namespace KernelFault.Tests.Unwinding.Linux;

public class RealVmcoreStackTests(ITestOutputHelper output)
{
    private const string LabVariable = "KERNELFAULT_LAB";

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("use_after_free")]
    [InlineData("stack_overflow")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    [InlineData("kdump_null_deref")]
    public void The_stack_and_registers_at_the_fault_are_those_the_kernel_printed(string name)
    {
        using VmcoreStackCase stack = Read(name);

        Assert.True(stack.Printed.Count >= 8);
        Assert.Equal(stack.Printed, stack.Walked);
        Assert.Equal(17, stack.Registers.Count);
        Assert.Empty(stack.DifferentRegisters);
        Assert.NotNull(stack.Panic.Stack!.UserRegisters);
        Assert.All(stack.Panic.FaultStack!.Frames.Skip(1), f => Assert.Equal(FrameTrust.Orc, f.Trust));
    }

    [SkippableFact]
    public void A_stack_overflow_is_followed_from_the_double_fault_stack_to_the_tasks_own()
    {
        using VmcoreStackCase stack = Read("stack_overflow");
        LinuxStackTrace whole = stack.Panic.Stack!;

        Assert.Equal(LinuxStackKind.DoubleFault, whole.Kinds[0]);
        int fault = whole.Interrupted.ToList().FindIndex(f => f is not null);
        Assert.Equal("asm_exc_double_fault", whole.Frames[fault - 1].Function);
        Assert.All(whole.Kinds.Skip(fault), kind => Assert.Equal(LinuxStackKind.Task, kind));
    }

    [SkippableTheory]
    [InlineData("612_null_deref", "stop_this_cpu", false)]
    [InlineData("72_use_after_free", "stop_this_cpu", false)]
    [InlineData("kdump_null_deref", "native_safe_halt", true)]
    public void The_other_processor_is_where_it_was_stopped(string name, string function, bool isFromCrash)
    {
        using VmcoreStackCase stack = Read(name);
        PanicContext panic = stack.Panic;
        ProcessorRegisters other = panic.Processors.Single(p => p != panic.Processor);

        Assert.Equal(isFromCrash, other.IsFromCrash);
        Assert.Equal(function, panic.StackOf(other)!.Frames[0].Function);
        Assert.True(panic.StackOf(other)!.IsComplete);
    }

    /// <summary>
    /// Every folder below the one that the variable names, with a <c>console.log</c> and vmcores of any format: prints a table, and
    /// fails where something differs.
    /// </summary>
    [SkippableFact]
    public void Every_crash_of_the_lab_has_the_stack_registers_and_log_its_kernel_printed()
    {
        string? lab = Environment.GetEnvironmentVariable(LabVariable);
        Skip.If(string.IsNullOrEmpty(lab), $"No lab: set {LabVariable} to a folder of crashes.");
        var different = new List<string>();
        foreach (string folder in Directory.GetDirectories(lab!).Order(StringComparer.Ordinal))
        {
            string console = Path.Combine(folder, "console.log");
            foreach (string vmcore in File.Exists(console) ? Directory.GetFiles(folder, "vmcore*").Order(StringComparer.Ordinal).ToArray() : [])
            {
                string name = Path.Combine(Path.GetFileName(folder), Path.GetFileName(vmcore));
                using VmcoreStackCase stack = VmcoreStackCase.Read(vmcore, console);
                output.WriteLine(stack.Row(name));
                if (stack.IsPartWithoutKernel)
                {
                    continue;
                }

                if (stack.EqualLogLines < stack.PrintedLog.Count)
                {
                    different.Add($"{name}: line {stack.EqualLogLines + 1} of the log: {stack.Log.ElementAtOrDefault(stack.EqualLogLines)} | printed: {stack.PrintedLog[stack.EqualLogLines]}");
                }

                if (!stack.IsEqual || stack.DifferentRegisters.Count > 0)
                {
                    different.Add(name + ": " + string.Join(" < ", stack.Walked) + " | printed: " + string.Join(" < ", stack.Printed));
                }
            }
        }

        Assert.Empty(different);
    }

    private static VmcoreStackCase Read(string name)
    {
        string folder = Path.Combine("corpus", "linux", name);
        return VmcoreStackCase.Read(Corpus.File(Path.Combine(folder, "vmcore")), Corpus.File(Path.Combine(folder, "console.log")));
    }
}
