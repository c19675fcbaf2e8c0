using System.Globalization;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes symbols in ISF JSON for a synthetic machine's kernel: enough names at the dump's own addresses to prove that they belong to it.</summary>
internal sealed class IsfBuilder(SyntheticMachine machine)
{
    private readonly List<DumpField> _fields = [];

    public IReadOnlyList<DumpField> Fields => _fields;

    /// <summary>The file. Every number, quote and bracket is a field to aim at.</summary>
    public byte[] Build()
    {
        (string Name, ulong Offset)[] symbols =
        [
            ("KiBugCheckDispatch", 0x4CE280), ("KiPageFault", 0x4C9330), ("KiExecuteAllDpcs", 0x34CD00), ("KiRetireDpcList", 0x34B9A0), ("KiIdleLoop", 0x4A9A10),
            ("KeBugCheckEx", 0x4B87E0), ("PsLoadedModuleList", machine.PsLoadedModuleList - machine.KernelBase),
            ("PsActiveProcessHead", machine.PsActiveProcessHead - machine.KernelBase), ("KdDebuggerDataBlock", 0xE01040), ("MmPfnDatabase", 0xE02000),
        ];
        string[] fields = ["UniqueProcessId:464", "ImageFileName:824", "Pcb:0"];
        var json = new StringBuilder("{\"base_types\":{\"unsigned long\":{\"kind\":\"int\",\"size\":4,\"signed\":false,\"endian\":\"little\"}},\"enums\":{},");
        json.Append("\"metadata\":{\"format\":\"6.2.0\",\"windows\":{\"pdb\":{\"GUID\":\"C0A7050E00004000800000000000000B\",\"age\":1,\"database\":\"ntkrnlmp.pdb\",\"machine_type\":34404}}},\"symbols\":{");
        json.AppendJoin(',', symbols.Select(s => string.Create(CultureInfo.InvariantCulture, $"\"{s.Name}\":{{\"address\":{s.Offset}}}")));
        json.Append("},\"user_types\":{\"_EPROCESS\":{\"kind\":\"struct\",\"size\":2112,\"fields\":{");
        json.AppendJoin(',', fields.Select(f => $"\"{f.Split(':')[0]}\":{{\"offset\":{f.Split(':')[1]},\"type\":{{\"kind\":\"base\",\"name\":\"unsigned long\"}}}}"));
        json.Append("}}}}");
        string text = json.ToString();
        _fields.Clear();
        _fields.AddRange(text.Select((c, i) => (c, i)).Where(p => "{}[]:,\"".Contains(p.c, StringComparison.Ordinal) || char.IsAsciiDigit(p.c)).Select(p => new DumpField("json", p.i, 1)));
        return Encoding.UTF8.GetBytes(text);
    }
}
