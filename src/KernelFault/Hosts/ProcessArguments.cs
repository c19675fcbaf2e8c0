using System.Diagnostics;
#if NET
using System.Collections.ObjectModel;
#else
using System.Reflection;
#endif

namespace KernelFault.Hosts;

/// <summary>Gives a process its arguments one by one.</summary>
internal static class ProcessArguments
{
#if !NET
    // .NET Framework lacks the list; every other runtime that loads the netstandard2.0 library has it.
    private static readonly PropertyInfo? s_list = typeof(ProcessStartInfo).GetProperty("ArgumentList");
#endif

    internal static void Set(ProcessStartInfo start, IReadOnlyList<string> arguments)
    {
#if NET
        Collection<string> list = start.ArgumentList;
#else
        if (s_list?.GetValue(start) is not ICollection<string> list)
        {
            start.Arguments = WindowsCommandLine.Of(arguments);
            return;
        }
#endif
        foreach (string argument in arguments)
        {
            list.Add(argument);
        }
    }
}
