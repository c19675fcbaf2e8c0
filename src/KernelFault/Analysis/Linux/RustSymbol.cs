// Rust's v0 symbol mangling, https://doc.rust-lang.org/rustc/symbol-mangling/v0.html. The kernel builds Rust code with it.
// _RNvMs3_NtCshgDM7dBCdno_11rust_binder7processNtB5_7Process10update_ref is <rust_binder::process::Process>::update_ref:
// N nests a name in a path, M is the implementation of a type's own functions, B refers back to a place in the symbol.
using System.Text;

namespace KernelFault.Analysis.Linux;

/// <summary>Turns a mangled Rust name into the path a programmer wrote, without parameters.</summary>
internal sealed class RustSymbol
{
    private const int MaximumDepth = 32;
    private const int MaximumLength = 512;
    private const int MaximumSteps = 1024;
    private const int Start = 2;
    private readonly string _symbol;
    private readonly StringBuilder _output = new();
    private int _at = Start;
    private int _depth;
    private int _steps;

    private RustSymbol(string symbol) => _symbol = symbol;

    /// <summary>Demangles a name.</summary>
    /// <param name="name">Any function name.</param>
    /// <returns>The path; the name itself when it is not a Rust symbol, or is damaged.</returns>
    internal static string Demangle(string name)
    {
        if (!name.StartsWith("_R", StringComparison.Ordinal) || name.Length < 4 || !char.IsUpper(name[2]))
        {
            return name;
        }

        var symbol = new RustSymbol(name);
        return symbol.Path() ? symbol._output.ToString() : name;
    }

    private bool Path()
    {
        if (++_depth > MaximumDepth || ++_steps > MaximumSteps)
        {
            return false;
        }

        bool read = Next() switch
        {
            'C' => Identifier(out string crate, out _) && Append(crate),
            'N' => Nested(),
            'M' => ImplementationPath() && Append("<") && Type() && Append(">"),
            'X' => ImplementationPath() && Append("<") && Type() && Append(" as ") && Path() && Append(">"),
            'Y' => Append("<") && Type() && Append(" as ") && Path() && Append(">"),
            'I' => Path() && Generics(),
            'B' => BackReference(Path),
            _ => false,
        };
        _depth--;
        return read;
    }

    private bool Nested()
    {
        char space = Next();
        if (!Path() || !Identifier(out string name, out ulong number))
        {
            return false;
        }

        // Upper-case namespaces are for what has no name of its own.
        return space is >= 'A' and <= 'Z'
            ? Append(FormattableString.Invariant($"::{{{(space == 'C' ? "closure" : "shim")}{(name.Length > 0 ? ":" + name : name)}#{number}}}"))
            : Append("::") && Append(name);
    }

    /// <summary>The place of an implementation says nothing that its type does not.</summary>
    private bool ImplementationPath()
    {
        Disambiguator();
        int length = _output.Length;
        bool read = Path();
        _output.Length = Math.Min(_output.Length, length);
        return read;
    }

    private bool Generics()
    {
        Append("<");
        for (int i = 0; _at < _symbol.Length && _symbol[_at] != 'E'; i++)
        {
            if (i > 0)
            {
                Append(", ");
            }

            if (_symbol[_at] is 'L')
            {
                _at++;
                Append("'_");
                Base62();
            }
            else if (_symbol[_at] is 'K' || !Type())
            {
                return false;
            }
        }

        return Next() == 'E' && Append(">");
    }

    private bool Type()
    {
        if (++_depth > MaximumDepth || ++_steps > MaximumSteps || _at >= _symbol.Length)
        {
            return false;
        }

        char kind = _symbol[_at];
        bool read;
        if (Basic(kind) is string basic)
        {
            _at++;
            read = Append(basic);
        }
        else
        {
            _at += kind is 'S' or 'R' or 'Q' or 'P' or 'O' or 'T' or 'B' ? 1 : 0;
            read = kind switch
            {
                'S' => Append("[") && Type() && Append("]"),
                'R' or 'Q' => Lifetime() && Append(kind == 'R' ? "&" : "&mut ") && Type(),
                'P' => Append("*const ") && Type(),
                'O' => Append("*mut ") && Type(),
                'T' => Tuple(),
                'B' => BackReference(Type),
                _ => Path(),
            };
        }

        _depth--;
        return read;
    }

    private bool Tuple()
    {
        Append("(");
        for (int i = 0; _at < _symbol.Length && _symbol[_at] != 'E'; i++)
        {
            if ((i > 0 && !Append(", ")) || !Type())
            {
                return false;
            }
        }

        return Next() == 'E' && Append(")");
    }

    private bool Lifetime()
    {
        if (_at < _symbol.Length && _symbol[_at] == 'L')
        {
            _at++;
            Base62();
        }

        return true;
    }

    private bool BackReference(Func<bool> read)
    {
        int here = _at - 1;
        ulong target = Base62();
        if (target >= (ulong)(here - Start))
        {
            return false;
        }

        int next = _at;
        _at = Start + (int)target;
        bool done = read();
        _at = next;
        return done;
    }

    private bool Identifier(out string name, out ulong number)
    {
        number = Disambiguator();
        name = string.Empty;
        _at += _at < _symbol.Length && _symbol[_at] == 'u' ? 1 : 0;
        int length = 0;
        int digits = _at;
        while (_at < _symbol.Length && char.IsDigit(_symbol[_at]) && length <= _symbol.Length)
        {
            length = (length * 10) + (_symbol[_at++] - '0');
        }

        if (_at == digits)
        {
            return false;
        }

        _at += _at < _symbol.Length && _symbol[_at] == '_' ? 1 : 0;
        if (length > _symbol.Length - _at)
        {
            return false;
        }

        name = _symbol.Substring(_at, length);
        _at += length;
        return true;
    }

    private ulong Disambiguator()
    {
        if (_at >= _symbol.Length || _symbol[_at] != 's')
        {
            return 0;
        }

        _at++;
        return unchecked(Base62() + 1);
    }

    /// <summary>Digits 0-9, a-z, A-Z up to an underscore; nothing is 0, and every other number is one more than it looks.</summary>
    private ulong Base62()
    {
        ulong value = 0;
        int start = _at;
        while (_at < _symbol.Length && _symbol[_at] != '_')
        {
            char c = _symbol[_at++];
            uint digit = c is >= '0' and <= '9' ? (uint)(c - '0') : c is >= 'a' and <= 'z' ? (uint)(c - 'a') + 10 : (uint)(c - 'A') + 36;
            value = unchecked((value * 62) + digit);
        }

        bool empty = _at == start;
        _at++;
        return empty ? 0 : unchecked(value + 1);
    }

    private char Next() => _at < _symbol.Length ? _symbol[_at++] : '\0';

    private bool Append(string text)
    {
        _output.Append(text);
        return _output.Length <= MaximumLength;
    }

    private static string? Basic(char kind) => kind switch
    {
        'a' => "i8",
        'b' => "bool",
        'c' => "char",
        'd' => "f64",
        'e' => "str",
        'f' => "f32",
        'h' => "u8",
        'i' => "isize",
        'j' => "usize",
        'l' => "i32",
        'm' => "u32",
        'n' => "i128",
        'o' => "u128",
        's' => "i16",
        't' => "u16",
        'u' => "()",
        'v' => "...",
        'x' => "i64",
        'y' => "u64",
        'z' => "!",
        'p' => "_",
        _ => null,
    };
}
