using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;

namespace KernelFault.Unwinding;

/// <summary>Names addresses: module and offset, and a function from symbols or exports.</summary>
internal sealed class FrameNaming
{
    /// <summary>Past that an export says nothing of the code: most functions are not exported.</summary>
    private const uint ExportReach = 0x1000;

    private readonly ModuleMap _modules;
    private readonly ImageStore _images;
    private readonly ISymbolSource? _symbols;

    internal FrameNaming(ModuleMap modules, ImageStore images, ISymbolSource? symbols)
    {
        _modules = modules;
        _images = images;
        _symbols = symbols;
    }

    internal StackFrame Name(int index, ulong address, ulong? slot, FrameTrust trust, bool afterCall, string? note)
    {
        KernelModule? module = _modules.Find(address);
        uint? offset = module is null ? null : (uint)(address - module.BaseAddress.ToUInt64());
        string? function = null;
        uint? displacement = null;
        if (module is not null)
        {
            // A return address may lie behind the end of the function that called: look one byte before it.
            uint back = afterCall && offset > 0 ? 1u : 0;
            if (_symbols?.Find(new VirtualAddress(address - back)) is { } symbol)
            {
                function = symbol.Name;
                displacement = symbol.Displacement + back;
            }
            else if (Export(module, offset!.Value - back, out bool exact) is { } export)
            {
                function = export.Name;
                displacement = offset!.Value - export.Rva;
                note = exact ? note : Join(note, "nearest export");
            }
        }

        if (function is "KeBugCheckEx" or "KeBugCheck" or "KeBugCheck2")
        {
            note = Join(note, "bug check");
        }

        return new StackFrame
        {
            Index = index,
            InstructionPointer = new VirtualAddress(address),
            StackPointer = slot is { } at ? new VirtualAddress(at) : null,
            Module = module?.Name,
            Offset = offset,
            Function = function,
            FunctionOffset = displacement,
            Trust = trust,
            Note = note,
        };
    }

    // Exact if the unwind entries say that the function around the address starts at the export.
    private PeExport? Export(KernelModule module, uint rva, out bool exact)
    {
        exact = false;
        if (!_images.HasSources || _images.Find(module) is not { } image || image.NearestExport(rva) is not { } export || rva - export.Rva >= ExportReach)
        {
            return null;
        }

        if (image.TryFindFunction(rva, out RuntimeFunction function))
        {
            uint start = image.Header.Machine == PeHeader.MachineAmd64 ? X64Epilogue.Primary(image, function) : function.BeginAddress;
            exact = start == export.Rva;
        }

        return export;
    }

    private static string Join(string? note, string more) => note is null ? more : note + "; " + more;
}
