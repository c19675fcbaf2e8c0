using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace KernelFault.Tests.House;

/// <summary>Which namespaces of an assembly name which others: in signatures, bases, attributes and method bodies.</summary>
internal sealed class NamespaceReferences
{
    private readonly MetadataReader _reader;
    private readonly PEReader _image;
    private readonly Dictionary<(string From, string To), string> _found = [];

    private NamespaceReferences(PEReader image)
    {
        _image = image;
        _reader = image.GetMetadataReader();
    }

    /// <summary>Every pair of namespaces, each with one place where it occurs.</summary>
    internal static IReadOnlyDictionary<(string From, string To), string> Of(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var references = new NamespaceReferences(image);
        foreach (TypeDefinitionHandle handle in references._reader.TypeDefinitions)
        {
            references.Walk(handle);
        }

        return references._found;
    }

    /// <summary>Names of the assemblies that an assembly refers to.</summary>
    internal static string[] Assemblies(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        MetadataReader reader = image.GetMetadataReader();
        return reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).ToArray();
    }

    private void Walk(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _reader.GetTypeDefinition(handle);
        string from = NamespaceOf(handle);
        string name = _reader.GetString(type.Name);
        var names = new NameCollector(this);
        void Add(string where)
        {
            foreach (string to in names.Take())
            {
                _found.TryAdd((from, to), where);
            }
        }

        names.Entity(type.BaseType);
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
        {
            names.Entity(_reader.GetInterfaceImplementation(implementation).Interface);
        }

        Add(name);
        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            _reader.GetFieldDefinition(field).DecodeSignature(names, null);
            Add($"{name}.{_reader.GetString(_reader.GetFieldDefinition(field).Name)}");
        }

        foreach (MethodDefinitionHandle methodHandle in type.GetMethods())
        {
            MethodDefinition method = _reader.GetMethodDefinition(methodHandle);
            method.DecodeSignature(names, null);
            if (method.RelativeVirtualAddress != 0)
            {
                Body(method.RelativeVirtualAddress, names);
            }

            Add($"{name}.{_reader.GetString(method.Name)}");
        }
    }

    private void Body(int address, NameCollector names)
    {
        MethodBodyBlock body = _image.GetMethodBody(address);
        if (!body.LocalSignature.IsNil)
        {
            _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null);
        }

        foreach (EntityHandle token in Instructions.Tokens(body.GetILReader()))
        {
            names.Entity(token);
        }
    }

    private string NamespaceOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = _reader.GetTypeDefinition(type.GetDeclaringType());
        }

        return _reader.GetString(type.Namespace);
    }

    /// <summary>Collects the namespaces that signatures and tokens name.</summary>
    private sealed class NameCollector(NamespaceReferences owner) : ISignatureTypeProvider<int, object?>
    {
        private readonly HashSet<string> _names = [];
        private readonly MetadataReader _reader = owner._reader;

        internal string[] Take()
        {
            string[] names = _names.Where(name => name.StartsWith("KernelFault", StringComparison.Ordinal)).ToArray();
            _names.Clear();
            return names;
        }

        internal void Entity(EntityHandle handle)
        {
            if (handle.IsNil)
            {
                return;
            }

            switch (handle.Kind)
            {
                case HandleKind.TypeDefinition:
                    _names.Add(owner.NamespaceOf((TypeDefinitionHandle)handle));
                    break;
                case HandleKind.TypeReference:
                    _names.Add(_reader.GetString(_reader.GetTypeReference((TypeReferenceHandle)handle).Namespace));
                    break;
                case HandleKind.TypeSpecification:
                    _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                    break;
                case HandleKind.MethodDefinition:
                    Entity(_reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                    break;
                case HandleKind.FieldDefinition:
                    Entity(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                    break;
                case HandleKind.MemberReference:
                    Entity(_reader.GetMemberReference((MemberReferenceHandle)handle).Parent);
                    break;
                case HandleKind.MethodSpecification:
                    MethodSpecification method = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                    method.DecodeSignature(this, null);
                    Entity(method.Method);
                    break;
                default:
                    break;
            }
        }

        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            Entity(handle);
            return 0;
        }

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            Entity(handle);
            return 0;
        }

        public int GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        {
            Entity(handle);
            return 0;
        }

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, System.Collections.Immutable.ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;
    }
}
