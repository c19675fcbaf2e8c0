using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

/// <summary>Looks for return addresses where nothing better leads on.</summary>
internal sealed class StackScan
{
    /// <summary>No kernel stack is larger (KASAN on arm64 with 64 KiB pages apart, where a scan then ends early).</summary>
    internal const uint LargestStack = 32 * 1024;

    private const int LongestCall = 12;
    private const int ShortestLookback = 7;
    private readonly IMemoryReader _memory;
    private readonly ILinuxCode _code;
    private readonly Architecture _architecture;
    private readonly Arm64RegisterLayout _layout;

    internal StackScan(IMemoryReader memory, ILinuxCode code, Architecture architecture, Arm64RegisterLayout layout)
    {
        _layout = layout;
        _memory = memory;
        _code = code;
        _architecture = architecture;
    }

    /// <summary>Finds the next word that points behind a call.</summary>
    /// <param name="from">Where to start; the end is that of the aligned stack it lies in.</param>
    /// <param name="slot">Where the word lies.</param>
    /// <param name="address">The word.</param>
    /// <returns>False if there is none.</returns>
    internal bool TryFind(ulong from, out ulong slot, out ulong address)
    {
        ulong end = unchecked((from | (LargestStack - 1)) + 1);
        for (slot = unchecked((from + 7) & ~7UL); slot < end && slot >= from; slot += 8)
        {
            if (!_memory.TryReadUInt64(new VirtualAddress(slot), out address))
            {
                break;
            }

            address = _architecture == Architecture.Arm64 ? _layout.Strip(address) : address;
            if (_code.IsText(address) && IsBehindCall(address) == true)
            {
                return true;
            }
        }

        slot = 0;
        address = 0;
        return false;
    }

    /// <summary>Finds where <c>panic</c> made a call that has not come back, on a stack whose registers nobody saved.</summary>
    /// <param name="start">The stack's lowest address.</param>
    /// <param name="end">The address behind it.</param>
    /// <returns>The registers after that call returns, as far as the stack has them; null when there is none.</returns>
    internal RegisterSet? FindPanic(ulong start, ulong end)
    {
        for (ulong slot = start; slot < end && end - slot <= LargestStack * 8; slot += 8)
        {
            if (!_memory.TryReadUInt64(new VirtualAddress(slot), out ulong address))
            {
                continue;
            }

            address = _architecture == Architecture.Arm64 ? _layout.Strip(address) : address;
            if (!_code.IsText(address) || !_code.TryName(address - 1, out LinuxCodeName name) || !FaultFrame.IsPanic(name.Function)
                || IsBehindCall(address) != true)
            {
                continue;
            }

            ulong below = _memory.TryReadUInt64(new VirtualAddress(slot - 8), out ulong word) ? word : 0;
            return _architecture == Architecture.Arm64
                ? new RegisterSet(Architecture.Arm64, [new("pc", address), new("sp", slot + 8), new("fp", below)])
                : new RegisterSet(Architecture.X64, [new("rip", address), new("rsp", slot + 8)]);
        }

        return null;
    }

    /// <summary>True or false where the code before the address is in the dump, else null.</summary>
    internal bool? IsBehindCall(ulong address)
    {
        Span<byte> code = stackalloc byte[LongestCall];
        if (_architecture == Architecture.Arm64)
        {
            code = code.Slice(0, 4);
            return _memory.TryRead(new VirtualAddress(unchecked(address - 4)), code)
                ? CallSite.IsArm64Call(BinaryPrimitives.ReadUInt32LittleEndian(code))
                : null;
        }

        if (!_memory.TryRead(new VirtualAddress(unchecked(address - LongestCall)), code))
        {
            code = code.Slice(0, ShortestLookback);
            if (!_memory.TryRead(new VirtualAddress(unchecked(address - ShortestLookback)), code))
            {
                return null;
            }
        }

        return CallSite.EndsWithCall(code);
    }
}
