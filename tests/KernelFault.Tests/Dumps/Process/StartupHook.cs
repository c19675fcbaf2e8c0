using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>
/// Makes any .NET program crash before its own code runs: .NET calls this class, by this name, in the assemblies that the
/// environment variable DOTNET_STARTUP_HOOKS lists. So real .NET crashes need no program of their own.
/// </summary>
#pragma warning disable CA1050 // .NET looks for the class outside any namespace.
public static class StartupHook
{
    internal const string Variable = "KERNELFAULT_TEST_CRASH";

    /// <summary>Crashes as the environment says.</summary>
    public static void Initialize()
    {
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case "exception":
                // On a thread of its own: whoever calls this class wraps what it throws.
                var thread = new Thread(() => Order(null!));
                thread.Start();
                thread.Join();
                break;
            case "wrapped-exception":
                Order(null!);
                break;
            case "fail-fast":
                Environment.FailFast("asked to");
                break;
            case "memory":
                Marshal.WriteInt32(0x12345678, 1);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Order(string name)
    {
        try
        {
            Console.WriteLine(Length(name));
        }
        catch (NullReferenceException error)
        {
            throw new InvalidOperationException("the order has no name", error);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Length(string name) => name.Length;
}
