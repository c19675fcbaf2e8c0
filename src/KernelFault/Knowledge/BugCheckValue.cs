namespace KernelFault.Knowledge;

/// <summary>What a value of a parameter means.</summary>
/// <param name="From">The value, or the first of a range.</param>
/// <param name="To">The last of the range; the same as <paramref name="From"/> for a single value.</param>
/// <param name="Text">What it means.</param>
public sealed record BugCheckValue(ulong From, ulong To, string Text);
