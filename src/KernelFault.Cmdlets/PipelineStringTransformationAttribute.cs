using System.Management.Automation;

namespace KernelFault.Cmdlets;

/// <summary>
/// Takes strings, and only strings, by value. Every other object stays what it is, so that the binder goes on to its
/// properties. A string from <c>Get-Content</c> has such properties as well, and they name the file of each of its lines.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PipelineStringTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData switch
    {
        string text => new PipelineString(text, null),
        PSObject { BaseObject: string text } wrapped => new PipelineString(text, wrapped.Properties["PSPath"]?.Value as string),
        _ => inputData,
    };
}
