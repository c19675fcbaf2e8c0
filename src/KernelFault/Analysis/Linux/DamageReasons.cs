namespace KernelFault.Analysis.Linux;

/// <summary>Why a report cannot be trusted.</summary>
internal static class DamageReasons
{
    internal const string MissingEvidence = "The headline is there, but the lines that must follow it are not.";
    internal const string Remnant = "Only the end of a report is there; what it reports is missing.";
    internal const string NoFrames = "No function to blame is in the stack, or another stack is mixed into it.";
    internal const string StampInTitle = "Another message is mixed into the headline.";
    internal const string StackCut = "The report ends where its stack begins.";
    internal const string StackEmpty = "A stack is announced, and no entry of it follows.";
    internal const string StackLost = "The kernel could not walk its stack: every entry is marked as unreliable.";
    internal const string NoStack = "The report has no stack.";
    internal const string ConsoleLost = "The console was cut off.";
}
