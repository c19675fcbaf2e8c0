namespace KernelFault.Dumps.Process;

/// <summary>A .NET exception object.</summary>
/// <param name="Type">Full name of its type, such as <c>System.NullReferenceException</c>.</param>
/// <param name="Message">Its message; null when none. Data of the program: may hold anything.</param>
/// <param name="HResult">Its <c>HResult</c>.</param>
/// <param name="Frames">Where it was thrown and through which methods it came, the innermost first.</param>
/// <param name="Inner">The exception that caused it; null when none.</param>
public sealed record ManagedException(string Type, string? Message, int HResult, IReadOnlyList<ManagedFrame> Frames, ManagedException? Inner)
{
    /// <summary>The first exception of the chain that says something: reflection, type initialisers and tasks wrap what they caught.</summary>
    public ManagedException Significant
    {
        get
        {
            ManagedException exception = this;
            while (exception.Inner is { } inner
                && exception.Type is "System.Reflection.TargetInvocationException" or "System.TypeInitializationException" or "System.AggregateException")
            {
                exception = inner;
            }

            return exception;
        }
    }
}
