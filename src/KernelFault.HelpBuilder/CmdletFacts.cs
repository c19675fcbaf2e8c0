using System.Reflection;

namespace KernelFault.HelpBuilder;

/// <summary>What a cmdlet's attributes say of it. Read as data: no attribute is run.</summary>
internal sealed record CmdletFacts(string Verb, string Noun, bool ChangesState, IReadOnlyList<ParameterFacts> Parameters)
{
    internal string Name => $"{Verb}-{Noun}";

    internal IEnumerable<string> Sets
    {
        get
        {
            string[] sets = Parameters.Select(p => p.Set).Where(set => set != ParameterFacts.EverySet).Distinct().ToArray();
            return sets.Length == 0 ? [ParameterFacts.EverySet] : sets;
        }
    }

    internal static CmdletFacts[] Of(Assembly assembly) => assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract)
        .Select(type => (Type: type, Attribute: type.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType.Name == "CmdletAttribute")))
        .Where(cmdlet => cmdlet.Attribute is not null)
        .Select(cmdlet => new CmdletFacts(
            (string)cmdlet.Attribute!.ConstructorArguments[0].Value!,
            (string)cmdlet.Attribute.ConstructorArguments[1].Value!,
            cmdlet.Attribute.NamedArguments.Any(a => a.MemberName == "SupportsShouldProcess" && (bool)a.TypedValue.Value!),
            cmdlet.Type.GetProperties().SelectMany(ParameterFacts.Of).ToArray()))
        .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)
        .ToArray();
}
