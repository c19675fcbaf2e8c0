using KernelFault.Kernels.Linux.Tasks;

namespace KernelFault.Tests.Kernels.Linux.Tasks;

public class LinuxTaskStatesTests
{
    // As task_state_index and task_index_to_char of the kernel have it.
    [Theory]
    [InlineData(0x0000, 0x00, "R")]
    [InlineData(0x0001, 0x00, "S")]
    [InlineData(0x0002, 0x00, "D")]
    [InlineData(0x0102, 0x00, "D")]
    [InlineData(0x0104, 0x00, "T")]
    [InlineData(0x0008, 0x00, "t")]
    [InlineData(0x0080, 0x10, "X")]
    [InlineData(0x0080, 0x20, "Z")]
    [InlineData(0x0001, 0x20, "Z")]
    [InlineData(0x0440, 0x00, "P")]
    [InlineData(0x0402, 0x00, "I")]
    [InlineData(0x2001, 0x00, "S")]
    [InlineData(0x8000, 0x00, "D")]
    [InlineData(0x1000, 0x00, "D")]
    [InlineData(0x0800, 0x00, "R")]
    public void AreTheLettersOfTheKernel(uint state, uint exitState, string letter) =>
        Assert.Equal(letter, LinuxTaskStates.Letter(LinuxTaskStates.Of(state, exitState)));
}
