namespace KernelFault.Hosts;

/// <summary>What became of one host of a <see cref="HostBatch{TResult}"/>: a result or an error.</summary>
/// <typeparam name="TResult">What the work gives.</typeparam>
/// <param name="Host">Name of the host, as it was added.</param>
/// <param name="Result">The result; the type's default when <paramref name="Error"/> is set.</param>
/// <param name="Error">Why there is none; null when there is one.</param>
public sealed record HostOutcome<TResult>(string Host, TResult? Result, Exception? Error);
