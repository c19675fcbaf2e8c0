namespace KernelFault.Analysis.Linux;

/// <summary>A taint flag of the kernel.</summary>
/// <param name="Letter">The letter it is printed as.</param>
/// <param name="Name">Its name, such as <c>OOT_MODULE</c>.</param>
/// <param name="Meaning">What it says.</param>
public sealed record LinuxTaint(string Letter, string Name, string Meaning)
{
    /// <inheritdoc/>
    public override string ToString() => $"[{Letter}] {Name}";
}
