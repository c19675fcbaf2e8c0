namespace KernelFault.Hosts;

/// <summary>What no host can pass on to a program.</summary>
internal static class ProgramCallCheck
{
    /// <summary>Checks a call before anything is started.</summary>
    /// <exception cref="ArgumentException">The name is empty or begins with a dash, or a NUL is in it or in an argument.</exception>
    internal static void Verify(ProgramCall call)
    {
        if (call.Program.Length == 0 || call.Program[0] == '-' || call.Program.IndexOfAny(['\0']) >= 0)
        {
            throw new ArgumentException("The name of a program is not empty, begins with no dash and holds no NUL.", nameof(call));
        }

        foreach (string argument in call.Arguments)
        {
            if (argument is null || argument.IndexOfAny(['\0']) >= 0)
            {
                throw new ArgumentException("An argument is not null and holds no NUL.", nameof(call));
            }
        }
    }
}
