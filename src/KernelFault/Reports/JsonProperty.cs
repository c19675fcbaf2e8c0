using System.Collections.Concurrent;
using System.Reflection;

namespace KernelFault.Reports;

/// <summary>A public property as JSON shows it. Looked up once a type.</summary>
internal sealed class JsonProperty
{
    private static readonly ConcurrentDictionary<Type, JsonProperty[]> s_properties = new();

    private readonly MethodInfo _getter;

    private JsonProperty(PropertyInfo property, MethodInfo getter)
    {
        Name = property.Name;
        _getter = getter;
    }

    internal string Name { get; }

    /// <summary>The properties of a type, in the order reflection gives them: the order of PowerShell.</summary>
    internal static JsonProperty[] Of(Type type) => s_properties.GetOrAdd(type, static type => Find(type));

    /// <summary>The property's value; null when its getter throws, as PowerShell has it.</summary>
    internal object? Get(object target)
    {
        try
        {
            return _getter.Invoke(target, null);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    private static JsonProperty[] Find(Type type)
    {
        var found = new List<JsonProperty>();
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetGetMethod() is MethodInfo getter && property.GetIndexParameters().Length == 0)
            {
                found.Add(new JsonProperty(property, getter));
            }
        }

        return found.ToArray();
    }
}
