namespace KernelFault.Playbooks.Loading;

/// <summary>What a node of YAML is.</summary>
internal enum YamlNodeKind
{
    Scalar,
    List,
    Map,
}
