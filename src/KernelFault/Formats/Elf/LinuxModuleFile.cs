using System.Text;
using KernelFault.Formats.Compression;
using KernelFault.Memory;

namespace KernelFault.Formats.Elf;

// A kernel module (.ko) is an ELF object. Its section .modinfo holds texts "key=value", each with a zero; the notes hold the build id that
// the running module shows in /sys/module/NAME/notes. The file may be packed by xz, zstd or gzip; a signature is at the end of the
// unpacked bytes.

/// <summary>What the file of a Linux kernel module says of itself. Every text is safe to show.</summary>
public sealed record LinuxModuleFile
{
    private const int PackedLimit = 64 * 1024 * 1024;
    private const int ExpandedLimit = 64 * 1024 * 1024;
    private const int MaximumInformation = 4 * 1024 * 1024;
    private const int MaximumEntries = 32 * 1024;
    private const uint BuildIdNote = 3;
    private const uint NoteSection = 7;
    private const ushort Relocatable = 1;

    /// <summary>Where it came from.</summary>
    public required string Path { get; init; }

    /// <summary>Its packing: <c>xz</c>, <c>zstd</c>, <c>gzip</c>; null when it is not packed.</summary>
    public required string? Compression { get; init; }

    /// <summary><c>e_machine</c>: 62 is x86-64, 183 is AArch64.</summary>
    public required long Machine { get; init; }

    /// <summary>The entries of <c>.modinfo</c> in the order of the file; keys such as <c>alias</c> come more than once.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Information { get; init; }

    /// <summary>The build id, hexadecimal digits in lower case as <c>file</c> and the kernel show it; null when it has none.</summary>
    public required string? BuildId { get; init; }

    /// <summary>Its signature; null when it has none.</summary>
    public required ModuleSignature? Signature { get; init; }

    /// <summary>What could not be read.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The module's name as the kernel knows it; from the file's name before Linux 4.13, which did not write it.</summary>
    public string Name => First("name") ?? FromFileName(Path);

    /// <summary><c>version</c>; null when absent, as for most modules of the kernel itself.</summary>
    public string? Version => First("version");

    /// <summary><c>description</c>; null when absent.</summary>
    public string? Description => First("description");

    /// <summary><c>license</c>; null when absent, which the kernel takes for proprietary.</summary>
    public string? License => First("license");

    /// <summary><c>author</c>, each.</summary>
    public IReadOnlyList<string> Authors => All("author");

    /// <summary><c>srcversion</c>: a hash of its sources; null when absent.</summary>
    public string? SourceVersion => First("srcversion");

    /// <summary><c>vermagic</c>: the kernel it was built for and how that was configured; null when absent.</summary>
    public string? VersionMagic => First("vermagic")?.Trim();

    /// <summary>Modules it needs, by name.</summary>
    public IReadOnlyList<string> Dependencies => (First("depends") ?? string.Empty).Split([','], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>True if it was built with the kernel's own sources; loading another taints the kernel.</summary>
    public bool IsInTree => First("intree") == "Y";

    /// <summary>Devices and other things that have it loaded.</summary>
    public IReadOnlyList<string> Aliases => All("alias");

    /// <summary>Firmware files it asks for.</summary>
    public IReadOnlyList<string> Firmware => All("firmware");

    /// <summary>Names of its parameters, ascending.</summary>
    public IReadOnlyList<string> Parameters =>
        [.. All("parm").Concat(All("parmtype")).Select(p => p.Substring(0, p.IndexOf(':') < 0 ? p.Length : p.IndexOf(':'))).Distinct().OrderBy(p => p, StringComparer.Ordinal)];

    /// <summary>Reads a module.</summary>
    /// <param name="path">The file: <c>.ko</c>, <c>.ko.xz</c>, <c>.ko.zst</c> or <c>.ko.gz</c>; what it is packed with is told by its bytes.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="DumpFormatException">It is no module, or packed in a way that cannot be read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static LinuxModuleFile Open(string path)
    {
        using var mapped = new MappedFile(path);
        string? packing = PackedFile.KindOf(mapped.SliceUpTo(0, PackedFile.LongestSignature));
        if (packing is null)
        {
            using var plain = new FileBytes(mapped);
            return Read(plain, null);
        }

        if (mapped.Length > PackedLimit)
        {
            throw new DumpFormatException(path, 0, $"a packed module of {mapped.Length} bytes is larger than the {PackedLimit} bytes allowed.");
        }

        using var unpacked = new FileBytes(PackedFile.Expand(mapped.SliceUpTo(0, PackedLimit).ToArray(), path, ExpandedLimit), path);
        return Read(unpacked, packing);
    }

    private static LinuxModuleFile Read(FileBytes file, string? packing)
    {
        var warnings = new List<string>();
        IReadOnlyList<ElfSection> sections = ElfSections.Read(file, warnings, out ushort machine, out ushort type);
        if (type != Relocatable)
        {
            throw new DumpFormatException(file.Path, 16, $"expected a kernel module (ELF type 1), found type {type}.");
        }

        var information = new List<KeyValuePair<string, string>>();
        string? buildId = null;
        foreach (ElfSection section in sections)
        {
            if (section.Name == ".modinfo")
            {
                ReadInformation(ElfSections.Bytes(file, section, MaximumInformation), information);
            }
            else if (section is { Name: ".note.gnu.build-id", Type: NoteSection })
            {
                var notes = new List<ElfNote>();
                ElfNotes.Read(file, section.Offset, section.Size, notes, warnings);
                buildId ??= notes.Where(note => note is { Name: "GNU", Type: BuildIdNote, Size: > 0 and <= 64 })
                    .Select(note => Hexadecimal.Of(file.SliceUpTo(note.Offset, note.Size)).ToLowerInvariant()).FirstOrDefault();
            }
        }

        if (information.Count == 0)
        {
            warnings.Add("The file has no .modinfo: it is an object file, or damaged.");
        }

        return new LinuxModuleFile
        {
            Path = file.Path,
            Compression = packing,
            Machine = machine,
            Information = information,
            BuildId = buildId,
            Signature = ModuleSignatureReader.Read(file, warnings),
            Warnings = warnings,
        };
    }

    private static void ReadInformation(ReadOnlySpan<byte> bytes, List<KeyValuePair<string, string>> information)
    {
        while (!bytes.IsEmpty && information.Count < MaximumEntries)
        {
            int end = bytes.IndexOf((byte)0);
            ReadOnlySpan<byte> entry = bytes.Slice(0, end < 0 ? bytes.Length : end);
            int equals = entry.IndexOf((byte)'=');
            if (equals > 0)
            {
                information.Add(new KeyValuePair<string, string>(Text(entry.Slice(0, equals)), Text(entry.Slice(equals + 1))));
            }

            bytes = end < 0 ? default : bytes.Slice(end + 1);
        }

        static string Text(ReadOnlySpan<byte> text) => PrintableText.Clean(Encoding.UTF8.GetString(text.ToArray()), 4096);
    }

    private static string FromFileName(string path)
    {
        string file = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        int end = file.IndexOf(".ko", StringComparison.Ordinal);
        return PrintableText.Clean((end < 0 ? file : file.Substring(0, end)).Replace('-', '_'));
    }

    private string? First(string key) => All(key).FirstOrDefault();

    private List<string> All(string key) => [.. Information.Where(entry => entry.Key == key).Select(entry => entry.Value)];
}
