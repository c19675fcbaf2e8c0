namespace KernelFault.Formats.Btf;

/// <summary>What a BTF record describes: <c>BTF_KIND_*</c> of the kernel's <c>include/uapi/linux/btf.h</c>.</summary>
internal enum BtfKind : byte
{
    /// <summary>Type 0: nothing, as in <c>void *</c>. No record carries it.</summary>
    Void = 0,

    /// <summary>An integer, character or truth value; one word of encoding follows.</summary>
    Int = 1,

    /// <summary>A pointer.</summary>
    Pointer = 2,

    /// <summary>An array; three words follow.</summary>
    Array = 3,

    /// <summary>A structure; three words a member follow.</summary>
    Struct = 4,

    /// <summary>A union; three words a member follow.</summary>
    Union = 5,

    /// <summary>An enumeration of 32-bit values; two words an enumerator follow.</summary>
    Enum = 6,

    /// <summary>A structure or union of which only the name is known.</summary>
    Forward = 7,

    /// <summary>Another name for a type.</summary>
    Typedef = 8,

    /// <summary>The qualifier <c>volatile</c>.</summary>
    Volatile = 9,

    /// <summary>The qualifier <c>const</c>.</summary>
    Const = 10,

    /// <summary>The qualifier <c>restrict</c>.</summary>
    Restrict = 11,

    /// <summary>A function by name.</summary>
    Function = 12,

    /// <summary>A function's parameters and result; two words a parameter follow.</summary>
    FunctionPrototype = 13,

    /// <summary>A global variable; one word follows. Kernels describe their per-CPU variables with it.</summary>
    Variable = 14,

    /// <summary>The variables of one section; three words each follow.</summary>
    DataSection = 15,

    /// <summary>A floating-point number, since 5.13.</summary>
    Float = 16,

    /// <summary>An attribute of a declaration; one word follows. Since 5.16.</summary>
    DeclarationTag = 17,

    /// <summary>An attribute of a type, to be looked through. Since 5.17.</summary>
    TypeTag = 18,

    /// <summary>An enumeration of 64-bit values; three words an enumerator follow. Since 6.0.</summary>
    Enum64 = 19,
}
