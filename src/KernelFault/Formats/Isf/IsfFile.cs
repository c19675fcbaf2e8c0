using System.Collections.Concurrent;
using System.Text;

namespace KernelFault.Formats.Isf;

// ISF, the "intermediate symbol format" of the memory forensics framework Volatility 3 (its schemas are in
// volatility3/schemas): one JSON object with
//   metadata    what it was made from
//   symbols     name -> { address, … }: RVA for Windows, virtual address before relocation for Linux
//   user_types  name -> { kind, size, fields: name -> { offset, type } }
//   enums       name -> { size, base, constants: name -> value }
//   base_types  name -> { size, signed, kind, endian }
// Formats 4 to 6 are read. 6.1 added machine_type, 6.2 anonymous members; 1 to 3 keep symbols elsewhere and are refused.
//
// A kernel's file is 6 to 60 MB of JSON of which an analysis asks a few dozen facts. One pass notes where each name and
// each type lies; strings are made and types are read only when asked for.

/// <summary>Symbols and types of one image. Serves any number of threads.</summary>
internal sealed class IsfFile
{
    private readonly ArraySegment<byte> _json;
    private readonly IsfIndex _index;
    private readonly ConcurrentDictionary<string, IsfType?> _types = new(StringComparer.Ordinal);

    private IsfFile(string path, ArraySegment<byte> json, IsfIndex index)
    {
        Path = path;
        _json = json;
        _index = index;
    }

    /// <summary>The file, as it was given.</summary>
    internal string Path { get; }

    /// <summary>What the file says of itself.</summary>
    internal IsfMetadata Metadata => _index.Metadata;

    /// <summary>How many symbols have an address.</summary>
    internal int SymbolCount => _index.Symbols.Count;

    /// <summary>How many structures and unions there are.</summary>
    internal int TypeCount => _index.UserTypes.Count;

    private ReadOnlySpan<byte> Json => _json.AsSpan();

    /// <summary>Reads a file, packed or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most bytes it may expand to.</param>
    /// <returns>The file.</returns>
    /// <exception cref="DumpFormatException">It is damaged, too large or of another format.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static IsfFile Load(string path, int limit = IsfContainer.ExpandedLimit)
    {
        ArraySegment<byte> json = IsfContainer.Read(path, limit);
        return new IsfFile(path, json, IsfIndex.Read(path, json.AsSpan()));
    }

    /// <summary>Address of the symbol at a position from 0 to <see cref="SymbolCount"/>, in the order of the file.</summary>
    internal ulong SymbolAddress(int position) => _index.Symbols[position].Address;

    /// <summary>Name of that symbol as the bytes in the file: with JSON's escapes, if it has any.</summary>
    internal ReadOnlySpan<byte> SymbolNameBytes(int position) =>
        Json.Slice(_index.Symbols[position].NameStart, _index.Symbols[position].NameLength);

    /// <summary>Name of that symbol.</summary>
    internal string SymbolName(int position) => IsfText.Unescape(SymbolNameBytes(position));

    /// <summary>Address of a symbol by its name, case-sensitive; null when there is none.</summary>
    internal ulong? FindSymbol(string name)
    {
        // A linear search over bytes takes less than a millisecond, and a handful of names is asked per crash.
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        for (int i = 0; i < _index.Symbols.Count; i++)
        {
            if (_index.Symbols[i].NameLength == wanted.Length && SymbolNameBytes(i).SequenceEqual(wanted))
            {
                return _index.Symbols[i].Address;
            }
        }

        return null;
    }

    /// <summary>A structure or union by its name; null when there is none.</summary>
    internal IsfType? FindType(string name)
    {
        if (_types.TryGetValue(name, out IsfType? known))
        {
            return known;
        }

        return _index.UserTypes.TryGetValue(name, out JsonRange range)
            ? _types.GetOrAdd(name, IsfTypeReader.ReadType(range.Of(Json)))
            : null;
    }

    /// <summary>An enumeration by its name; null when there is none.</summary>
    internal IsfEnum? FindEnum(string name) =>
        _index.Enums.TryGetValue(name, out JsonRange range) ? IsfTypeReader.ReadEnum(range.Of(Json)) : null;

    /// <summary>A type of the compiler by its name; null when there is none.</summary>
    internal IsfBaseType? FindBaseType(string name) =>
        _index.BaseTypes.TryGetValue(name, out JsonRange range) ? IsfTypeReader.ReadBaseType(range.Of(Json)) : null;

    /// <summary>Size of any type in bytes; null when it is not known.</summary>
    internal uint? SizeOf(string type) => FindType(type)?.Size ?? FindEnum(type)?.Size ?? FindBaseType(type)?.Size;

    /// <summary>A field by a path such as <c>Tcb.ApcState.Process</c>; null when it is not known. Does not follow pointers.</summary>
    internal IsfField? FindField(string type, string path)
    {
        uint offset = 0;
        IsfField? field = null;
        IsfType? structure = FindType(type);
        foreach (string part in path.Split('.'))
        {
            field = structure is null ? null : FindMember(structure, part, depth: 0);
            if (field is null || field.Offset > uint.MaxValue - offset)
            {
                return null;
            }

            offset += field.Offset;
            structure = field.Type is { IsStructure: true, Name: string name } ? FindType(name) : null;
        }

        return field! with { Offset = offset };
    }

    private IsfField? FindMember(IsfType structure, string name, int depth)
    {
        if (structure.Fields.TryGetValue(name, out IsfField? field))
        {
            return field;
        }

        // Members of unnamed unions count as the structure's own. The bound stops a type that contains itself.
        if (depth < 8)
        {
            foreach (IsfField unnamed in structure.Fields.Values)
            {
                if (unnamed is { IsAnonymous: true, Type: { IsStructure: true, Name: string inner } }
                    && FindType(inner) is IsfType type
                    && FindMember(type, name, depth + 1) is IsfField found
                    && found.Offset <= uint.MaxValue - unnamed.Offset)
                {
                    return found with { Offset = found.Offset + unnamed.Offset };
                }
            }
        }

        return null;
    }
}
