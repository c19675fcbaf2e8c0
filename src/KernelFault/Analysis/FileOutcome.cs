namespace KernelFault.Analysis;

/// <summary>What became of one file of a <see cref="FileBatch{TResult}"/>: a result or an error.</summary>
/// <typeparam name="TResult">What the work gives.</typeparam>
/// <param name="Path">The file, as it was added.</param>
/// <param name="Result">The result; the type's default when <paramref name="Error"/> is set.</param>
/// <param name="Error">Why there is none; null when there is one.</param>
public sealed record FileOutcome<TResult>(string Path, TResult? Result, Exception? Error);
