namespace KernelFault.Cmdlets;

/// <summary>A string that came through the pipeline: a line of a log, or the path of a file.</summary>
public sealed class PipelineString
{
    internal PipelineString(string text, string? source)
    {
        Text = text;
        Source = source;
    }

    /// <summary>The string.</summary>
    public string Text { get; }

    /// <summary>The PowerShell path of the file that <c>Get-Content</c> read it from; null when it has another origin.</summary>
    public string? Source { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
