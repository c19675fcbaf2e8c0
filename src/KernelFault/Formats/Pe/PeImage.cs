using System.Globalization;
using System.Text;
using KernelFault.Memory;

namespace KernelFault.Formats.Pe;

/// <summary>
/// An executable image: driver, kernel or DLL. Nothing is run or relocated; every offset in it is checked before use, and
/// what is damaged reads as absent.
/// </summary>
/// <remarks>
/// Tables are read when they are first asked for. An instance may be used by any number of threads until it is disposed.
/// Addresses inside are RVAs: bytes from the image's base in memory.
/// </remarks>
public sealed class PeImage : IDisposable
{
    private readonly FileBytes _bytes;
    private readonly bool _loaded;
    private readonly PeSection[] _sections;
    private readonly PeDirectory[] _directories;
    private readonly Lazy<PeExports> _exports;
    private readonly Lazy<PeExceptionDirectory> _functions;
    private readonly Lazy<PeDebugDirectory> _debug;
    private readonly Lazy<PeVersionInfo?> _version;
    private readonly Lazy<IReadOnlyList<PeImport>> _imports;
    private readonly Lazy<PeLoadConfiguration?> _loadConfiguration;
    private readonly Lazy<IReadOnlyList<PeCertificate>> _certificates;

    private PeImage(FileBytes bytes, string name, bool loaded)
    {
        _bytes = bytes;
        _loaded = loaded;
        Name = name;
        Header = PeHeaderReader.Read(bytes, name, out _sections, out _directories, out long checkSum);
        CheckSumOffset = checkSum;
        _exports = new Lazy<PeExports>(() => PeExports.Read(this));
        _functions = new Lazy<PeExceptionDirectory>(() => PeExceptionDirectory.Read(this));
        _debug = new Lazy<PeDebugDirectory>(() => PeDebugDirectory.Read(this));
        _version = new Lazy<PeVersionInfo?>(() => PeVersionReader.Read(this));
        _imports = new Lazy<IReadOnlyList<PeImport>>(() => PeImports.Read(this));
        _loadConfiguration = new Lazy<PeLoadConfiguration?>(() => PeLoadConfiguration.Read(this));
        _certificates = new Lazy<IReadOnlyList<PeCertificate>>(() => PeCertificates.Read(this));
    }

    /// <summary>Where it came from: a path, or what the caller called it.</summary>
    public string Name { get; }

    /// <summary>The facts of its headers.</summary>
    public PeHeader Header { get; }

    /// <summary>Its sections in the order of the file.</summary>
    public IReadOnlyList<PeSection> Sections => _sections;

    /// <summary>Its named exports that are code or data of its own (no forwarders), ascending by RVA.</summary>
    public IReadOnlyList<PeExport> Exports => _exports.Value.All();

    /// <summary>Everything it exports, with and without a name, forwarders too, ascending by ordinal.</summary>
    public IReadOnlyList<PeExportEntry> ExportTable => _exports.Value.Table();

    /// <summary>What it imports, in the order of the file; those found at the first call (delay imports) last.</summary>
    public IReadOnlyList<PeImport> Imports => _imports.Value;

    /// <summary>Its load configuration: control-flow guard and stack cookie; null when it has none.</summary>
    public PeLoadConfiguration? LoadConfiguration => _loadConfiguration.Value;

    /// <summary>The entries of its certificate table: signatures. None for an image in memory, which is loaded without.</summary>
    public IReadOnlyList<PeCertificate> Certificates => _certificates.Value;

    /// <summary>What lies in the file behind the last section and is no certificate; null when there is nothing.</summary>
    public PeOverlay? Overlay => PeOverlay.Find(this);

    /// <summary>Bytes of the file, or of the memory given.</summary>
    public long Length => _bytes.Length;

    /// <summary>When it was linked, in UTC; null when <c>TimeDateStamp</c> is 0 or a hash (<see cref="IsReproducible"/>).</summary>
    public DateTimeOffset? LinkTime => Header.TimeDateStamp == 0 || IsReproducible ? null : DateTimeOffset.FromUnixTimeSeconds(Header.TimeDateStamp);

    /// <summary>Entries of its debug directory, in the order of the file.</summary>
    public IReadOnlyList<PeDebugEntry> DebugEntries => _debug.Value.Entries;

    /// <summary><c>IMAGE_DLLCHARACTERISTICS_EX_*</c> of the debug directory, such as 1 for CET; null when it has none.</summary>
    public uint? ExtendedDllCharacteristics => _debug.Value.ExtendedDllCharacteristics;

    /// <summary>True if its code keeps to hardware shadow stacks (<c>CET_COMPAT</c>).</summary>
    public bool IsCetCompatible => ((ExtendedDllCharacteristics ?? 0) & 1) != 0;

    /// <summary>Entries of the exception directory; 0 for x86 and images without.</summary>
    public int RuntimeFunctionCount => _functions.Value.Count;

    /// <summary>Which PDB belongs to it; null when it does not say.</summary>
    public CodeViewRecord? CodeView => _debug.Value.CodeView;

    /// <summary>True if the debug directory says that <c>TimeDateStamp</c> is a hash (<c>IMAGE_DEBUG_TYPE_REPRO</c>), not a time.</summary>
    public bool IsReproducible => _debug.Value.IsReproducible;

    /// <summary>Its version resource; null when it has none.</summary>
    public PeVersionInfo? Version => _version.Value;

    /// <summary>Timestamp and size in the form symbol stores name folders by: eight digits, then the size, both hexadecimal.</summary>
    public string SymbolStoreKey => StoreKey(Header.TimeDateStamp, Header.SizeOfImage);

    /// <summary>Opens an image file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The image; dispose it.</returns>
    /// <exception cref="DumpFormatException">It is no PE image.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static PeImage Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            return new PeImage(new FileBytes(file), path, loaded: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads an image from bytes.</summary>
    /// <param name="bytes">The whole image.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="loaded">True if the bytes are laid out as in memory (offset = RVA), false if as in a file.</param>
    /// <returns>The image.</returns>
    /// <exception cref="DumpFormatException">It is no PE image.</exception>
    public static PeImage Read(ReadOnlyMemory<byte> bytes, string name, bool loaded = false) => new(new FileBytes(bytes, name), name, loaded);

    /// <summary>Timestamp and size in the form symbol stores name folders by.</summary>
    /// <param name="timeDateStamp"><c>TimeDateStamp</c> of an image.</param>
    /// <param name="sizeOfImage"><c>SizeOfImage</c> of the same image, in bytes.</param>
    /// <returns>Such as <c>5A1B2C3D9f000</c>.</returns>
    public static string StoreKey(uint timeDateStamp, uint sizeOfImage) =>
        timeDateStamp.ToString("X8", CultureInfo.InvariantCulture) + sizeOfImage.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Where the byte at an RVA lies in the file.</summary>
    /// <param name="rva">Bytes from the image's base.</param>
    /// <returns>The offset in the file; null when no byte of the file goes there.</returns>
    public long? FileOffset(uint rva) => Locate(rva, out long offset) > 0 && offset < _bytes.Length ? offset : null;

    /// <summary>Copies bytes of the image as the loader would lay them out, before relocation.</summary>
    /// <param name="rva">Bytes from the image's base.</param>
    /// <param name="destination">Where they go.</param>
    /// <returns>How many bytes were copied; 0 when the first is not in the file.</returns>
    public int Read(uint rva, Span<byte> destination)
    {
        ReadOnlySpan<byte> window = Window(rva, destination.Length);
        window.CopyTo(destination);
        return window.Length;
    }

    /// <summary>The section an RVA lies in.</summary>
    /// <param name="rva">Bytes from the image's base.</param>
    /// <returns>The section; null when it lies in none.</returns>
    public PeSection? SectionAt(uint rva)
    {
        foreach (PeSection section in _sections)
        {
            if (section.Contains(rva))
            {
                return section;
            }
        }

        return null;
    }

    /// <summary>The last export at or before an RVA, in the same section.</summary>
    /// <param name="rva">Bytes from the image's base.</param>
    /// <returns>The export; null when there is none.</returns>
    public PeExport? NearestExport(uint rva)
    {
        PeExport? export = _exports.Value.Nearest(rva);
        return export is not null && SectionAt(rva) is { } section && section.Contains(export.Rva) ? export : null;
    }

    /// <summary>One entry of the exception directory.</summary>
    /// <param name="index">0 to <see cref="RuntimeFunctionCount"/> - 1.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public RuntimeFunction RuntimeFunctionAt(int index) => _functions.Value[index];

    /// <summary>The entry of the exception directory that covers an RVA.</summary>
    /// <param name="rva">Bytes from the image's base.</param>
    /// <param name="function">The entry.</param>
    /// <returns>False for a leaf function, which needs no entry, and for what is no code.</returns>
    public bool TryFindFunction(uint rva, out RuntimeFunction function) => _functions.Value.TryFind(rva, out function);

    /// <summary>The checksum its bytes should have in <see cref="PeHeader.CheckSum"/>, as the kernel computes it for drivers.</summary>
    /// <returns>The checksum; null for an image in memory, whose bytes are not the file's.</returns>
    public uint? ComputeCheckSum() => _loaded ? null : PeCheckSum.Compute(_bytes, CheckSumOffset);

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>True if the bytes are laid out as in memory.</summary>
    internal bool IsLoaded => _loaded;

    /// <summary>File offset of the four bytes of <see cref="PeHeader.CheckSum"/>.</summary>
    internal long CheckSumOffset { get; }

    /// <summary>File offset of the certificate table's data directory; the directories start at 96 and 112 of the optional header.</summary>
    internal long CertificateDirectoryOffset => CheckSumOffset - 64 + (Header.Is64Bit ? 112 : 96) + (PeDirectory.Certificate * 8);

    internal PeDirectory Directory(int index) => _directories[index];

    /// <summary>As many bytes at an RVA as the file holds in one piece. Valid until the image is disposed.</summary>
    internal ReadOnlySpan<byte> Window(uint rva, int length)
    {
        long available = Locate(rva, out long offset);
        return available <= 0 ? default : _bytes.SliceUpTo(offset, (int)Math.Min(length, available));
    }

    /// <summary>The text with a zero at its end at an RVA, safe to show; empty when there is none.</summary>
    internal string Text(uint rva, int maximumLength)
    {
        ReadOnlySpan<byte> text = Window(rva, maximumLength);
        int end = text.IndexOf((byte)0);
        return PrintableText.Clean(Encoding.UTF8.GetString(text.Slice(0, end < 0 ? text.Length : end).ToArray()));
    }

    /// <summary>Bytes by file offset, for the few structures that give one.</summary>
    internal ReadOnlySpan<byte> FileWindow(long offset, int length) => _bytes.SliceUpTo(offset, length);

    private long Locate(uint rva, out long offset)
    {
        offset = rva;
        if (_loaded)
        {
            return _bytes.Length - rva;
        }

        if (rva < Header.SizeOfHeaders)
        {
            return Header.SizeOfHeaders - rva;
        }

        PeSection? section = SectionAt(rva);
        if (section is null)
        {
            return 0;
        }

        // The loader ignores the low bits of PointerToRawData in images with page-aligned sections.
        uint start = Header.SectionAlignment >= 0x1000 ? section.PointerToRawData & ~0x1FFu : section.PointerToRawData;
        uint into = rva - section.VirtualAddress;
        offset = (long)start + into;
        return (long)Math.Min(section.SizeOfRawData, section.Extent) - into;
    }
}
