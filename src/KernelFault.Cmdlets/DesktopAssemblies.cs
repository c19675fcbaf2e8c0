#if NETSTANDARD2_0
using System.Management.Automation;
using System.Reflection;

namespace KernelFault.Cmdlets;

/// <summary>
/// Windows PowerShell 5.1 has neither an AssemblyLoadContext nor binding redirects for modules: a library that asks for
/// System.Memory 4.0.1.2 refuses the 4.0.5.0 beside it. This hands over what lies in the module's folder, whatever its version.
/// </summary>
/// <remarks>Does nothing in PowerShell 7, where the loader's context decides.</remarks>
public sealed class DesktopAssemblies : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly string s_folder = Path.GetDirectoryName(typeof(DesktopAssemblies).Assembly.Location)!;

    /// <inheritdoc/>
    public void OnImport()
    {
        if (IsDesktop)
        {
            AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        }
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (IsDesktop)
        {
            AppDomain.CurrentDomain.AssemblyResolve -= Resolve;
        }
    }

    private static bool IsDesktop => Environment.Version.Major == 4;

    // Only what one of our own files asks for: other modules' requests are not ours to answer.
    private static Assembly? Resolve(object sender, ResolveEventArgs request)
    {
        string? asker = request.RequestingAssembly?.Location;
        if (asker is null || !string.Equals(Path.GetDirectoryName(asker), s_folder, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string file = Path.Combine(s_folder, new AssemblyName(request.Name).Name + ".dll");
        return File.Exists(file) ? Assembly.LoadFrom(file) : null;
    }
}
#endif
