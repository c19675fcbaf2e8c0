namespace KernelFault.Hosts;

/// <summary>What a <see cref="RecordedHost"/> was asked.</summary>
/// <param name="Action">Name of the member of <see cref="IHost"/>: <c>Run</c>, <c>RunScript</c>, <c>WriteFile</c>, ...</param>
/// <param name="Target">The program, the script's name, or the path; empty for facts and a restart.</param>
/// <param name="Arguments">The program's arguments, or the script's JSON.</param>
public sealed record RecordedCall(string Action, string Target, IReadOnlyList<string> Arguments)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(" ", Arguments.Prepend(Target).Prepend(Action).Where(part => part.Length > 0));
}
