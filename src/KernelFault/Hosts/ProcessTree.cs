using System.ComponentModel;
using System.Diagnostics;
#if !NET
using System.Globalization;
using System.Reflection;
#endif

namespace KernelFault.Hosts;

/// <summary>Ends a process together with all it started.</summary>
internal static class ProcessTree
{
#if !NET
    private static readonly MethodInfo? s_killTree = typeof(Process).GetMethod("Kill", [typeof(bool)]);
#endif

    /// <summary>Ends it; what has ended already or may not be ended is left alone.</summary>
    internal static void Kill(Process process)
    {
        try
        {
#if NET
            process.Kill(entireProcessTree: true);
#else
            if (s_killTree is not null)
            {
                s_killTree.Invoke(process, [true]);
            }
            else
            {
                KillByTaskKill(process);
            }
#endif
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException or AggregateException or System.Reflection.TargetInvocationException)
        {
            // It ended in the same moment, or one of its children runs as another user.
        }
    }

#if !NET
    // .NET Framework can end one process only; Windows' own program knows the tree.
    private static void KillByTaskKill(Process process)
    {
        if (Path.DirectorySeparatorChar == '\\')
        {
            var start = new ProcessStartInfo(Path.Combine(Environment.SystemDirectory, "taskkill.exe"), "/T /F /PID " + process.Id.ToString(CultureInfo.InvariantCulture))
            {
                UseShellExecute = false,
                CreateNoWindow = true,
            };
            using Process? killer = Process.Start(start);
            killer?.WaitForExit(5000);
        }

        if (!process.HasExited)
        {
            process.Kill();
        }
    }
#endif
}
