using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Dumps;

namespace KernelFault.Tests.Unwinding;

/// <summary>
/// Runs ARM64 prologues as llvm-readobj prints them, to build the stack that calls would leave: an oracle that shares nothing
/// with the unwinder.
/// </summary>
internal sealed partial class Arm64Simulation
{
    internal const ulong Start = 0xFFFFB880_02000000;

    private readonly Random _random;

    internal Arm64Simulation(Random random)
    {
        _random = random;
        random.NextBytes(Bytes);
        for (int i = 0; i < 31; i++)
        {
            X[i] = (ulong)random.NextInt64();
        }

        Sp = Start + (ulong)Bytes.Length - 0x40;
        X[30] = 0;
    }

    internal byte[] Bytes { get; } = new byte[0x20000];

    internal ulong[] X { get; } = new ulong[31];

    internal ulong Sp { get; private set; }

    internal bool HasRoom => Sp - Start > 0x6000;

    /// <summary>Functions of an image: first RVA, length in bytes and the prologue's instructions in the order they run.</summary>
    internal static List<(uint Begin, uint Length, string[] Prologue)> Parse(string readObj, ulong imageBase)
    {
        var functions = new List<(uint, uint, string[])>();
        foreach (Match match in FunctionPattern().Matches(readObj))
        {
            string[] prologue = match.Groups[3].Value.Split('\n')
                .Select(line => line.Contains(';', StringComparison.Ordinal) ? line[(line.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim() : line.Trim())
                .Where(line => line.Length > 0 && line != "end").Reverse().ToArray();
            functions.Add(((uint)(Convert.ToUInt64(match.Groups[1].Value, 16) - imageBase), uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), prologue));
        }

        return functions;
    }

    /// <summary>Runs the first instructions of a prologue.</summary>
    internal void Run(IEnumerable<string> prologue)
    {
        string[] last = [];
        foreach (string line in prologue)
        {
            string text = line;
            if (text == "save next")
            {
                // The pair after the last one, right behind it.
                int number = int.Parse(last[1][1..], CultureInfo.InvariantCulture) + 2;
                bool indexed = last[4].Length > 0;
                int at = (indexed ? 0 : int.Parse(last[3], CultureInfo.InvariantCulture)) + 16;
                text = $"stp {last[1][0]}{number}, {last[1][0]}{number + 1}, [sp, #{at}]";
            }

            Match store = StorePattern().Match(text);
            Match sub = SubPattern().Match(text);
            if (store.Success)
            {
                Store(store);
                last = store.Groups.Values.Select(g => g.Value).ToArray();
            }
            else if (sub.Success)
            {
                Sp -= ulong.Parse(sub.Groups[1].Value, CultureInfo.InvariantCulture);
            }
            else if (AddPattern().Match(text) is { Success: true } add)
            {
                X[29] = Sp + ulong.Parse(add.Groups[1].Value, CultureInfo.InvariantCulture);
            }
            else if (text is "mov fp, sp" or "mov x29, sp")
            {
                X[29] = Sp;
            }
            else if (text is not ("nop" or "pacibsp"))
            {
                Assert.Fail($"the simulation does not know '{text}'");
            }
        }
    }

    /// <summary>What a body may do to the registers that its prologue saved, and with a frame pointer to the stack.</summary>
    internal void Clobber(string[] prologue)
    {
        bool frame = prologue.Any(line => line is "mov fp, sp" or "mov x29, sp" || AddPattern().IsMatch(line));
        bool saveNext = prologue.Contains("save next");
        foreach (Match store in prologue.Select(line => StorePattern().Match(line)).Where(m => m.Success))
        {
            foreach (string name in new[] { store.Groups[1].Value, store.Groups[2].Value }.Where(n => n.StartsWith('x')))
            {
                int number = int.Parse(name[1..], CultureInfo.InvariantCulture);
                X[number] = number == 29 && frame ? X[29] : (ulong)_random.NextInt64();
            }
        }

        if (saveNext)
        {
            X[21] = X[22] = (ulong)_random.NextInt64();
        }

        if (frame)
        {
            Sp -= (ulong)_random.Next(4) * 16;
        }
    }

    internal RegisterSet Context(ulong pc)
    {
        var values = Enumerable.Range(0, 29).Select(i => new RegisterValue($"x{i}", X[i])).ToList();
        values.Add(new("fp", X[29]));
        values.Add(new("lr", X[30]));
        values.Add(new("sp", Sp));
        values.Add(new("pc", pc));
        return new RegisterSet(Architecture.Arm64, values);
    }

    private void Store(Match store)
    {
        int offset = int.Parse(store.Groups[3].Value, CultureInfo.InvariantCulture);
        if (store.Groups[4].Length > 0)
        {
            Sp = (ulong)((long)Sp + offset);
            offset = 0;
        }

        ulong at = Sp + (ulong)offset;
        foreach (string name in new[] { store.Groups[1].Value, store.Groups[2].Value }.Where(n => n.Length > 0))
        {
            ulong value = name switch
            {
                "lr" => X[30],
                "fp" => X[29],
                _ when name[0] == 'x' => X[int.Parse(name[1..], CultureInfo.InvariantCulture)],
                _ => (ulong)_random.NextInt64(),
            };
            BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan((int)(at - Start)), value);
            at += 8;
        }
    }

    [GeneratedRegex(@"Function: 0x(\w+).*?FunctionLength: (\d+).*?Prologue \[(.*?)\n\s*\]", RegexOptions.Singleline)]
    private static partial Regex FunctionPattern();

    [GeneratedRegex(@"^st[rp] (\w+)(?:, (\w+))?, \[sp, #(-?\d+)\](!?)$")]
    private static partial Regex StorePattern();

    [GeneratedRegex(@"^sub sp, (?:sp, )?#(\d+)$")]
    private static partial Regex SubPattern();

    [GeneratedRegex(@"^add (?:fp|x29), sp, #(\d+)$")]
    private static partial Regex AddPattern();
}
