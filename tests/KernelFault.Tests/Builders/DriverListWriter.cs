using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes the loaded and the unloaded drivers of a triage dump.</summary>
internal sealed class DriverListWriter(WindowsTriageDumpBuilder dump, FieldWriter file)
{
    public int WriteUnloaded(int at)
    {
        bool wide = dump.Format.Is64;
        int list = at + dump.Format.Pointer;
        file.Pointer("UnloadedDrivers.Count", at, (ulong)dump.UnloadedDrivers.Count, wide);
        for (int i = 0; i < dump.UnloadedDrivers.Count; i++)
        {
            UnloadedEntry driver = dump.UnloadedDrivers[i];
            int entry = list + (i * dump.Format.UnloadedStride);
            string cut = driver.Name.Length > 12 ? driver.Name[..12] : driver.Name;
            ushort length = driver.Length ?? (ushort)(cut.Length * 2);
            file.U16($"UnloadedDrivers[{i}].Length", entry, length);
            file.U16($"UnloadedDrivers[{i}].MaximumLength", entry + 2, driver.MaximumLength ?? length);
            file.Pointer($"UnloadedDrivers[{i}].Buffer", entry + dump.Format.Pointer, driver.NameBuffer, wide);
            int name = entry + (2 * dump.Format.Pointer);
            byte[] raw = driver.RawName ?? Encoding.Unicode.GetBytes(cut);
            file.Bytes($"UnloadedDrivers[{i}].DriverName", name, raw);
            file.Pointer($"UnloadedDrivers[{i}].StartAddress", name + 24, driver.StartAddress, wide);
            file.Pointer($"UnloadedDrivers[{i}].EndAddress", name + 24 + dump.Format.Pointer, driver.EndAddress, wide);
        }

        int end = TriageBodyWriter.Align(list + ((dump.UnloadedRoom ?? dump.UnloadedDrivers.Count) * dump.Format.UnloadedStride), 8);
        file.Extend(end);
        return end;
    }

    public int WriteLoaded(int at, int pool)
    {
        int next = pool;
        for (int i = 0; i < dump.Drivers.Count; i++)
        {
            WriteDriver(i, at + (i * dump.Format.DriverStride), next);
            string name = dump.Drivers[i].Name;
            file.U32($"StringPool[{i}].Length", next, (uint)name.Length);
            file.Bytes($"StringPool[{i}].Buffer", next + 4, Encoding.Unicode.GetBytes(name + "\0"));
            next = TriageBodyWriter.Align(next + 4 + (2 * name.Length) + 2, 8);
            file.Extend(next);
        }

        return next;
    }

    private void WriteDriver(int index, int at, int nameOffset)
    {
        DriverEntry d = dump.Drivers[index];
        bool wide = dump.Format.Is64;
        int p = dump.Format.Pointer;
        string prefix = $"Drivers[{index}].";
        file.U32(prefix + "DriverNameOffset", at, (uint)nameOffset);
        int ldr = at + p;
        file.Pointer(prefix + "InLoadOrderLinks.Flink", ldr, d.Flink, wide);
        file.Pointer(prefix + "InLoadOrderLinks.Blink", ldr + p, d.Blink, wide);
        file.Pointer(prefix + "ExceptionTable", ldr + (2 * p), d.ExceptionTable, wide);
        file.Pointer(prefix + "ExceptionTableSize", ldr + (3 * p), d.ExceptionTableSize, wide);
        file.Pointer(prefix + "GpValue", ldr + (4 * p), d.GpValue, wide);
        file.Pointer(prefix + "NonPagedDebugInfo", ldr + (5 * p), d.NonPagedDebugInfo, wide);
        file.Pointer(prefix + "DllBase", ldr + (6 * p), d.DllBase, wide);
        file.Pointer(prefix + "EntryPoint", ldr + (7 * p), d.EntryPoint, wide);
        file.U32(prefix + "SizeOfImage", ldr + (8 * p), d.SizeOfImage);
        int strings = ldr + (9 * p);
        WriteString(prefix + "FullDllName", strings, d.FullDllName);
        WriteString(prefix + "BaseDllName", strings + (2 * p), d.BaseDllName);
        int flags = strings + (4 * p);
        file.U32(prefix + "Flags", flags, d.Flags);
        file.U16(prefix + "LoadCount", flags + 4, d.LoadCount);
        file.U16(prefix + "Undefined5", flags + 6, d.Undefined5);
        file.Pointer(prefix + "SectionPointer", flags + 8, d.SectionPointer, wide);
        file.U32(prefix + "CheckSum", flags + 8 + p, d.CheckSum);
        file.U32(prefix + "TimeDateStamp", flags + 8 + (2 * p), d.TimeDateStamp);
        file.Extend(at + dump.Format.DriverStride);
    }

    private void WriteString(string name, int at, CountedString text)
    {
        file.U16(name + ".Length", at, text.Length);
        file.U16(name + ".MaximumLength", at + 2, text.MaximumLength);
        file.Pointer(name + ".Buffer", at + dump.Format.Pointer, text.Buffer, dump.Format.Is64);
    }
}
