using System.Runtime.InteropServices;
using KernelFault.Memory;
using Microsoft.Diagnostics.Runtime;
using Microsoft.Diagnostics.Runtime.DataReaders.Implementation;
using RuntimeArchitecture = System.Runtime.InteropServices.Architecture;

namespace KernelFault.Dumps.Process;

/// <summary>
/// Gives ClrMD a process dump through our own readers. It then neither parses the file, which may be hostile, nor learns paths
/// from it: handed a full path it would open that file, even on another machine's share.
/// </summary>
internal sealed class ManagedDataReader(ProcessDump dump) : IDataReader, IThreadReader
{
    /// <inheritdoc/>
    public string DisplayName => dump.Path;

    /// <inheritdoc/>
    public bool IsThreadSafe => true;

    /// <inheritdoc/>
    public OSPlatform TargetPlatform => dump.Platform switch
    {
        ProcessPlatform.Windows => OSPlatform.Windows,
        ProcessPlatform.MacOS => OSPlatform.OSX,
        _ => OSPlatform.Linux,
    };

    /// <inheritdoc/>
    public RuntimeArchitecture Architecture => dump.Architecture switch
    {
        Dumps.Architecture.X86 => RuntimeArchitecture.X86,
        Dumps.Architecture.Arm64 => RuntimeArchitecture.Arm64,
        Dumps.Architecture.Arm => RuntimeArchitecture.Arm,
        _ => RuntimeArchitecture.X64,
    };

    /// <inheritdoc/>
    public int ProcessId => unchecked((int)(dump.ProcessId ?? 0));

    /// <inheritdoc/>
    public int PointerSize => dump.Architecture is Dumps.Architecture.X86 or Dumps.Architecture.Arm ? 4 : 8;

    /// <inheritdoc/>
    public IEnumerable<ModuleInfo> EnumerateModules()
    {
        foreach (ProcessModule module in dump.Modules)
        {
            // The name without its path; see above.
            Version? version = Version.TryParse(module.FileVersion, out Version? parsed) ? parsed : null;
            if (ModuleInfo.TryCreate(
                this, module.BaseAddress.ToUInt64(), module.Name, unchecked((int)module.Size), unchecked((int)(module.TimeDateStamp ?? 0)), version) is { } info)
            {
                yield return info;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<uint> EnumerateOSThreadIds() => dump.Threads.Select(thread => thread.Id);

    /// <inheritdoc/>
    public ulong GetThreadTeb(uint osThreadId) => 0;

    /// <inheritdoc/>
    public bool GetThreadContext(uint threadID, uint contextFlags, Span<byte> context)
    {
        foreach (ProcessThread thread in dump.Threads)
        {
            if (thread.Id == threadID)
            {
                return thread.Registers is RegisterSet registers && ThreadContextWriter.TryWrite(registers, context);
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void FlushCachedData()
    {
    }

    /// <inheritdoc/>
    public int Read(ulong address, Span<byte> buffer) => dump.Memory.Read(new VirtualAddress(address), buffer);

    /// <inheritdoc/>
    public bool Read<T>(ulong address, out T value)
        where T : unmanaged
    {
        T read = default;
        bool known = dump.Memory.TryRead(new VirtualAddress(address), MemoryMarshalBytes(ref read));
        value = known ? read : default;
        return known;
    }

    /// <inheritdoc/>
    public T Read<T>(ulong address)
        where T : unmanaged => Read(address, out T value) ? value : default;

    /// <inheritdoc/>
    public bool ReadPointer(ulong address, out ulong value)
    {
        if (PointerSize == 8)
        {
            return dump.Memory.TryReadUInt64(new VirtualAddress(address), out value);
        }

        bool known = dump.Memory.TryReadUInt32(new VirtualAddress(address), out uint word);
        value = word;
        return known;
    }

    /// <inheritdoc/>
    public ulong ReadPointer(ulong address) => ReadPointer(address, out ulong value) ? value : 0;

    private static unsafe Span<byte> MemoryMarshalBytes<T>(ref T value)
        where T : unmanaged
    {
        // The value lives on the caller's stack and does not move.
        fixed (T* pointer = &value)
        {
            return new Span<byte>(pointer, sizeof(T));
        }
    }
}
