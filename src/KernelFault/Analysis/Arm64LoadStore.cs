using System.Globalization;

namespace KernelFault.Analysis;

/// <summary>The encodings of A64 loads and stores.</summary>
internal static class Arm64LoadStore
{
    /// <summary>Decodes one instruction.</summary>
    /// <returns>Its use of memory; null if it uses none, or its encoding is none of these.</returns>
    internal static Arm64Access? Decode(uint word)
    {
        // Data-cache zero by address is a store in the system-instruction group.
        if ((word & 0xFFFFFFE0) == 0xD50B7420)
        {
            return new Arm64Access(AccessKind.Write, Field(word, 0, 5), 0, 0) { Text = "dc zva," + Arm64InstructionDecoder.Name(Field(word, 0, 5), stackPointer: false) };
        }

        if ((word & 0x0A000000) != 0x08000000)
        {
            return null;
        }

        return ((word >> 27) & 7, (word >> 24) & 3) switch
        {
            (5, <= 1) => Pair(word),
            (7, 1) => UnsignedImmediate(word),
            (7, 0) => NineBitOrRegister(word),
            (3, 0) => Literal(word),
            (3, 1) => OrderedUnscaled(word),
            (1, 0) => ExclusiveOrStructure(word),
            (1, 1) => StructureSingle(word),
            _ => null,
        };
    }

    private static Arm64Access? UnsignedImmediate(uint word)
    {
        if (!Transfer(word, out Arm64Access access, out string name, out string register, out int scale))
        {
            return null;
        }

        access = access with { Offset = (long)Field(word, 10, 12) << scale };
        return access with { Text = $"{name} {register},{Address(access.Base, access.Offset)}" };
    }

    private static Arm64Access? NineBitOrRegister(uint word)
    {
        if ((word & (1 << 21)) != 0 && (word & 0xC00) == 0)
        {
            return Atomic(word);
        }

        if ((word & (1 << 21)) != 0 && (word & 0x400) != 0)
        {
            // LDRAA, LDRAB: a signed pointer is the base.
            long signed = (Field(word, 12, 9) - ((word & (1 << 22)) != 0 ? 512L : 0)) * 8;
            return word >> 30 == 3 && (word & (1 << 26)) == 0 ? new Arm64Access(AccessKind.Read, Field(word, 5, 5), signed, 8) : null;
        }

        if (!Transfer(word, out Arm64Access access, out string name, out string register, out int scale))
        {
            return null;
        }

        if ((word & (1 << 21)) != 0)
        {
            int option = Field(word, 13, 3);
            access = access with { Index = Field(word, 16, 5), Extend = option, Shift = (word & (1 << 12)) != 0 ? scale : 0 };
            string index = (option & 1) != 0 ? Arm64InstructionDecoder.Name(access.Index, stackPointer: false) : Wide(access.Index);
            string extend = option == 3 ? (access.Shift > 0 ? $",lsl #{access.Shift}" : string.Empty)
                : (option switch { 2 => ",uxtw", 6 => ",sxtw", _ => ",sxtx" }) + (access.Shift > 0 ? $" #{access.Shift}" : string.Empty);
            return (option & 2) == 0 ? null : access with { Text = $"{name} {register},[{Arm64InstructionDecoder.Name(access.Base, stackPointer: true)},{index}{extend}]" };
        }

        long offset = SignedField(word, 12, 9);
        switch ((word >> 10) & 3)
        {
            case 1:
                return access with { Text = $"{name} {register},{Address(access.Base, 0)},{Immediate(offset)}" };
            case 3:
                return access with { Offset = offset, Text = $"{name} {register},{Address(access.Base, offset)}!" };
            default:
                string unscaled = name.Insert(2, ((word >> 10) & 3) == 2 ? "t" : "u");
                return access with { Offset = offset, Text = $"{unscaled} {register},{Address(access.Base, offset)}" };
        }
    }

    private static Arm64Access? Pair(uint word)
    {
        int opc = Field(word, 30, 2);
        bool vector = (word & (1 << 26)) != 0;
        bool load = (word & (1 << 22)) != 0;
        int mode = Field(word, 23, 2);
        if (opc == 3 || (!vector && opc == 1 && (!load || mode == 0)))
        {
            return null;
        }

        // opc 01 of the integer form is LDPSW: two 32-bit words.
        int scale = vector ? 2 + opc : opc == 2 ? 3 : 2;
        char letter = vector ? "sdq"[opc] : opc == 0 ? 'w' : 'x';
        long offset = (long)SignedField(word, 15, 7) << scale;
        int number = Field(word, 5, 5);
        string name = mode == 0 ? (load ? "ldnp" : "stnp") : !vector && opc == 1 ? "ldpsw" : load ? "ldp" : "stp";
        string pair = $"{name} {Data(letter, Field(word, 0, 5))},{Data(letter, Field(word, 10, 5))},";
        string text = pair + (mode == 1 ? $"{Address(number, 0)},{Immediate(offset)}" : Address(number, offset) + (mode == 3 ? "!" : string.Empty));
        return new Arm64Access(load ? AccessKind.Read : AccessKind.Write, number, mode == 1 ? 0 : offset, 2 << scale) { Text = text };
    }

    private static Arm64Access? Literal(uint word)
    {
        int opc = Field(word, 30, 2);
        bool vector = (word & (1 << 26)) != 0;
        if (opc == 3)
        {
            return null;
        }

        int size = vector ? 4 << opc : opc == 1 ? 8 : 4;
        return new Arm64Access(AccessKind.Read, 0, (long)SignedField(word, 5, 19) * 4, size) { IsLiteral = true };
    }

    // LDAPUR and STLUR with their sign-extending forms.
    private static Arm64Access? OrderedUnscaled(uint word)
    {
        if ((word & (1 << 26)) != 0 || (word & (1 << 21)) != 0 || (word & 0xC00) != 0)
        {
            return null;
        }

        return new Arm64Access(Field(word, 22, 2) == 0 ? AccessKind.Write : AccessKind.Read, Field(word, 5, 5), SignedField(word, 12, 9), 1 << (int)(word >> 30));
    }

    // LSE atomics read, change and write; LDAPR only reads.
    private static Arm64Access? Atomic(uint word)
    {
        if ((word & (1 << 26)) != 0)
        {
            return null;
        }

        bool ordered = (word & 0x0000FC00) == 0x0000C000 && (word & (1 << 23)) != 0;
        return new Arm64Access(ordered ? AccessKind.Read : AccessKind.Write, Field(word, 5, 5), 0, 1 << (int)(word >> 30));
    }

    private static Arm64Access? ExclusiveOrStructure(uint word)
    {
        int number = Field(word, 5, 5);
        bool load = (word & (1 << 22)) != 0;
        if ((word & (1 << 26)) != 0)
        {
            // LD1 to LD4 and ST1 to ST4, several structures.
            return (word & 0x80000000) == 0 ? new Arm64Access(load ? AccessKind.Read : AccessKind.Write, number, 0, 0) : null;
        }

        bool o2 = (word & (1 << 23)) != 0;
        bool o1 = (word & (1 << 21)) != 0;
        int scale = (int)(word >> 30);

        // Compare-and-swap: CAS is o2 and o1; CASP shares the exclusive-pair space with a clear high size bit.
        if (o1 && (o2 || scale < 2))
        {
            return new Arm64Access(AccessKind.Write, number, 0, o2 ? 1 << scale : 8 << scale);
        }

        return new Arm64Access(load ? AccessKind.Read : AccessKind.Write, number, 0, o1 ? 2 << scale : 1 << scale);
    }

    // LD1 to LD4 and ST1 to ST4, one structure.
    private static Arm64Access? StructureSingle(uint word) => (word & 0x80000000) == 0 && (word & (1 << 26)) != 0
        ? new Arm64Access((word & (1 << 22)) != 0 ? AccessKind.Read : AccessKind.Write, Field(word, 5, 5), 0, 0)
        : null;

    // size (31:30), V (26) and opc (23:22) of the single-register forms. PRFM uses no memory that can fault.
    private static bool Transfer(uint word, out Arm64Access access, out string name, out string register, out int scale)
    {
        int size = (int)(word >> 30);
        int opc = Field(word, 22, 2);
        int target = Field(word, 0, 5);
        bool vector = (word & (1 << 26)) != 0;
        scale = vector && opc >= 2 ? 4 : size;
        access = new Arm64Access((opc & 1) != 0 || (!vector && opc == 2) ? AccessKind.Read : AccessKind.Write, Field(word, 5, 5), 0, 1 << scale);
        name = access.Kind == AccessKind.Read ? "ldr" : "str";
        if (vector)
        {
            register = Data("bhsdq"[scale], target);
            return opc < 2 || size == 0;
        }

        bool signed = opc >= 2;
        name += (signed ? "s" : string.Empty) + (size switch { 0 => "b", 1 => "h", 2 when signed => "w", _ => string.Empty });
        register = Data(size == 3 || opc == 2 ? 'x' : 'w', target);
        return !(size == 3 && opc >= 2) && !(size == 2 && opc == 3);
    }

    private static string Data(char letter, int number) => letter switch
    {
        'x' => Arm64InstructionDecoder.Name(number, stackPointer: false),
        'w' => Wide(number),
        _ => letter + number.ToString(CultureInfo.InvariantCulture),
    };

    private static string Wide(int number) => number == 31 ? "wzr" : "w" + number.ToString(CultureInfo.InvariantCulture);

    private static string Address(int number, long offset) =>
        "[" + Arm64InstructionDecoder.Name(number, stackPointer: true) + (offset == 0 ? string.Empty : "," + Immediate(offset)) + "]";

    private static string Immediate(long offset) =>
        (offset < 0 ? "#-0x" : "#0x") + Math.Abs(offset).ToString("X", CultureInfo.InvariantCulture);

    private static int Field(uint word, int shift, int bits) => (int)((word >> shift) & ((1u << bits) - 1));

    private static int SignedField(uint word, int shift, int bits) => (int)(word << (32 - shift - bits)) >> (32 - bits);
}
