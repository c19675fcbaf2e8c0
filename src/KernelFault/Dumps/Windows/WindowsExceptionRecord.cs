using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary><c>EXCEPTION_RECORD</c>: an exception as the processor or a program raised it.</summary>
public sealed record WindowsExceptionRecord
{
    /// <summary><c>ExceptionCode</c>: an NTSTATUS.</summary>
    public required uint Code { get; init; }

    /// <summary><c>ExceptionFlags</c>.</summary>
    public required uint Flags { get; init; }

    /// <summary><c>ExceptionRecord</c>: the exception this one happened in; null when none.</summary>
    public VirtualAddress? Nested { get; init; }

    /// <summary><c>ExceptionAddress</c>: the instruction.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary><c>ExceptionInformation</c>: as many as <c>NumberParameters</c> says, 15 at most.</summary>
    public required IReadOnlyList<ulong> Parameters { get; init; }
}
