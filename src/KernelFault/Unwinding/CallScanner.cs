using System.Runtime.InteropServices;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using Architecture = KernelFault.Dumps.Architecture;

namespace KernelFault.Unwinding;

/// <summary>Finds words on a stack that may be return addresses. Allocates nothing per word.</summary>
internal sealed class CallScanner
{
    /// <summary>Headers of an image hold no code.</summary>
    private const ulong HeaderPage = 0x1000;

    private readonly Architecture _architecture;
    private readonly StackMemory _stack;
    private readonly ModuleMap _modules;
    private readonly ImageStore _images;
    private readonly CallSite _calls;
    private readonly ISymbolSource? _symbols;

    internal CallScanner(Architecture architecture, StackMemory stack, ModuleMap modules, ImageStore images, CallSite calls, ISymbolSource? symbols)
    {
        _architecture = architecture;
        _stack = stack;
        _modules = modules;
        _images = images;
        _calls = calls;
        _symbols = symbols;
    }

    /// <summary>The next candidate.</summary>
    /// <param name="from">The first address of the stack to look at.</param>
    /// <param name="limit">The address to stop before.</param>
    /// <param name="candidate">What was found.</param>
    /// <returns>False if there is none up to the end of the stack.</returns>
    internal bool TryNext(ulong from, ulong limit, out CallCandidate candidate)
    {
        from = Math.Max(from, _stack.Start);
        limit = Math.Min(limit, _stack.End);
        if (from < limit)
        {
            ReadOnlySpan<byte> bytes = _stack.Bytes.Slice((int)(from - _stack.Start), (int)(limit - from));
            return _architecture == Architecture.X86 ? Scan32(from, bytes, out candidate) : Scan64(from, bytes, out candidate);
        }

        candidate = default;
        return false;
    }

    private bool Scan64(ulong from, ReadOnlySpan<byte> bytes, out CallCandidate candidate)
    {
        int skip = (int)(unchecked(0 - from) & 7);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(Math.Min(skip, bytes.Length)));
        bool arm = _architecture == Architecture.Arm64;
        ulong lowest = _modules.Lowest;
        ulong span = unchecked(_modules.Highest - lowest);
        for (int i = 0; i < words.Length; i++)
        {
            ulong address = arm ? Arm64PointerAuthentication.Strip(words[i]) : words[i];
            if (unchecked(address - lowest) <= span && Accept(address, from + (ulong)(skip + (i * 8)), out candidate))
            {
                return true;
            }
        }

        candidate = default;
        return false;
    }

    private bool Scan32(ulong from, ReadOnlySpan<byte> bytes, out CallCandidate candidate)
    {
        int skip = (int)(unchecked(0 - from) & 3);
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes.Slice(Math.Min(skip, bytes.Length)));
        ulong lowest = _modules.Lowest;
        ulong span = unchecked(_modules.Highest - lowest);
        for (int i = 0; i < words.Length; i++)
        {
            if (unchecked(words[i] - lowest) <= span && Accept(words[i], from + (ulong)(skip + (i * 4)), out candidate))
            {
                return true;
            }
        }

        candidate = default;
        return false;
    }

    private bool Accept(ulong address, ulong slot, out CallCandidate candidate)
    {
        candidate = default;
        int index = _modules.IndexOf(address);
        if (index < 0)
        {
            return false;
        }

        KernelModule module = _modules[index];
        if (!IsPlausible(address, module))
        {
            return false;
        }

        bool? call = _calls.Precedes(address, module);
        candidate = new CallCandidate(slot, address, module, Verified: call == true);
        return call ?? !IsFunctionStart(address);
    }

    // Where no code tells, most words that point into a module are pointers to functions, not returns into them. Functions start at
    // multiples of 16 bytes (one return address in 16 does too; one false frame in three is the worse price).
    private bool IsFunctionStart(ulong address) =>
        (_architecture == Architecture.X64 && (address & 15) == 0) || _symbols?.Find(new VirtualAddress(address)) is { Displacement: 0 };

    /// <summary>False for addresses that cannot be behind a call: headers, data sections, odd addresses on ARM64.</summary>
    internal bool IsPlausible(ulong address, KernelModule module)
    {
        ulong offset = address - module.BaseAddress.ToUInt64();
        if (offset < HeaderPage || (_architecture == Architecture.Arm64 && (address & 3) != 0))
        {
            return false;
        }

        return !_images.HasSources || _images.Find(module) is not PeImage image || image.SectionAt((uint)offset) is { IsExecutable: true };
    }
}
