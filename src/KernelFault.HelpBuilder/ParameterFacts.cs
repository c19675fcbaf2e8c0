using System.Reflection;

namespace KernelFault.HelpBuilder;

/// <summary>What a parameter's attributes say of it in one parameter set.</summary>
internal sealed record ParameterFacts(string Name, Type Type, string Set, bool Required, string Position, string PipelineInput, bool Wildcards, string Aliases)
{
    internal const string EverySet = "__AllParameterSets";

    internal bool IsSwitch => Type.Name == "SwitchParameter";

    /// <summary>The type as syntax shows it: <c>string[]</c>.</summary>
    internal string TypeName
    {
        get
        {
            Type element = Nullable.GetUnderlyingType(Type) ?? (Type.IsArray ? Type.GetElementType()! : Type);
            string name = element.Name switch
            {
                "Int32" => "int",
                "UInt32" => "uint",
                "UInt64" => "ulong",
                "String" => "string",
                "Object" => "object",
                _ => element.Name,
            };
            return Type.IsArray ? name + "[]" : name;
        }
    }

    internal static IEnumerable<ParameterFacts> Of(PropertyInfo property)
    {
        IList<CustomAttributeData> attributes = property.GetCustomAttributesData();
        string aliases = string.Join(", ", attributes.Where(a => a.AttributeType.Name == "AliasAttribute")
            .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)
            .Select(a => a.Value));
        bool wildcards = attributes.Any(a => a.AttributeType.Name == "SupportsWildcardsAttribute");
        foreach (CustomAttributeData attribute in attributes.Where(a => a.AttributeType.Name == "ParameterAttribute"))
        {
            T Named<T>(string name, T otherwise) => attribute.NamedArguments
                .Where(a => a.MemberName == name).Select(a => (T)a.TypedValue.Value!).DefaultIfEmpty(otherwise).First();

            string[] pipeline =
            [
                .. Named("ValueFromPipeline", false) ? ["ByValue"] : Array.Empty<string>(),
                .. Named("ValueFromPipelineByPropertyName", false) ? ["ByPropertyName"] : Array.Empty<string>(),
            ];
            int position = Named("Position", int.MinValue);
            yield return new ParameterFacts(
                property.Name,
                property.PropertyType,
                Named("ParameterSetName", EverySet),
                Named("Mandatory", false),
                position == int.MinValue ? "named" : position.ToString(System.Globalization.CultureInfo.InvariantCulture),
                pipeline.Length == 0 ? "False" : $"True ({string.Join(", ", pipeline)})",
                wildcards,
                aliases.Length == 0 ? "none" : aliases);
        }
    }
}
