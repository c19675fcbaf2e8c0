namespace KernelFault.Cli;

/// <summary>What the process tells its caller; documented in the help text and the README.</summary>
internal static class ExitCode
{
    internal const int Success = 0;
    internal const int SomeFailed = 1;
    internal const int Usage = 2;
    internal const int AllFailed = 3;
    internal const int Cancelled = 130;

    internal static int Of(int succeeded, int failed) => failed == 0 ? Success : succeeded > 0 ? SomeFailed : AllFailed;
}
