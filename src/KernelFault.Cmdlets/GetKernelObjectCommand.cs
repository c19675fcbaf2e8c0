using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Cmdlets;

/// <summary>Reads structures of a crashed Linux kernel by its own description of them (BTF), or shows that description.</summary>
[Cmdlet(VerbsCommon.Get, "KernelObject", DefaultParameterSetName = "Path")]
[OutputType(typeof(PSObject), typeof(KernelTypeDescription))]
public sealed class GetKernelObjectCommand : VmcoreCmdlet
{
    /// <summary>The structure by name, such as <c>task_struct</c>.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Type { get; set; } = string.Empty;

    /// <summary>Where it is: a number, or a symbol with or without an offset. Without it, what the structure is made of is written.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [Alias("Symbol")]
    [AddressTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = [];

    /// <summary>Takes the address for the head of a list, and writes every structure on it; the name of the member that links them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? List { get; set; }

    /// <summary>How many levels of structures inside a structure are opened.</summary>
    [Parameter]
    [ValidateRange(0, 8)]
    public int Depth { get; set; } = 1;

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session)
    {
        if (session.DescribeType(Type) is not { } description)
        {
            WriteNotFound("TypeNotFound", Type, $"The kernel in '{session.Dump.Path}' has no structure '{Type}', or no description of its types (BTF).");
        }
        else if (Address.Length == 0)
        {
            WriteObject(description);
        }
        else if (List is { } member && !session.HasMember(Type, member))
        {
            WriteNotFound("MemberNotFound", member, $"{description.Name} has no member '{member}'.");
        }
        else
        {
            WithAddresses(session, Address, address => WriteEach(session.ReadObjects(Type, address, List).Select(value => (object)Wrap(KernelObjectView.Expand(value, Depth)))));
        }
    }

    private static PSObject Wrap(IReadOnlyDictionary<string, object?> members)
    {
        var wrapped = new PSObject();
        foreach (KeyValuePair<string, object?> member in members)
        {
            wrapped.Properties.Add(new PSNoteProperty(member.Key, Value(member.Value)));
        }

        return wrapped;
    }

    private static object? Value(object? value) => value switch
    {
        IReadOnlyDictionary<string, object?> inner => Wrap(inner),
        object?[] elements => elements.Select(Value).ToArray(),
        _ => value,
    };
}
