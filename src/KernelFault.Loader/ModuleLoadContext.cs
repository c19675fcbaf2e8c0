using System.Reflection;
using System.Runtime.Loader;

namespace KernelFault.Loader;

/// <summary>
/// Where the module and its dependencies live in PowerShell 7: apart, so that another module's YamlDotNet or Iced neither
/// disturbs ours nor is disturbed by it. Windows PowerShell has no such thing and loads the cmdlets directly.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private static readonly object s_lock = new object();
    private static Assembly? s_module;

    private readonly string _folder;

    private ModuleLoadContext(string folder)
        : base("KernelFault", isCollectible: false) => _folder = folder;

    /// <summary>True from the second call of <see cref="LoadModule"/> on.</summary>
    public static bool IsReload { get; private set; }

    /// <summary>Loads the cmdlets, once a process.</summary>
    /// <returns>The assembly with the cmdlets, for <c>Import-Module -Assembly</c>.</returns>
    public static Assembly LoadModule()
    {
        lock (s_lock)
        {
            IsReload = s_module is not null;
            if (s_module is null)
            {
                string root = Path.GetDirectoryName(typeof(ModuleLoadContext).Assembly.Location)!;
                string folder = Path.Combine(root, Environment.Version.Major >= 10 ? "net10.0" : "netstandard2.0");
                s_module = new ModuleLoadContext(folder).LoadFromAssemblyPath(Path.Combine(folder, "KernelFault.Cmdlets.dll"));
            }

            return s_module;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string file = Path.Combine(_folder, assemblyName.Name + ".dll");
        if (!File.Exists(file))
        {
            // The runtime's and PowerShell's own.
            return null;
        }

        if (assemblyName.Name!.StartsWith("System.", StringComparison.Ordinal) || assemblyName.Name.StartsWith("Microsoft.Bcl.", StringComparison.Ordinal))
        {
            // The netstandard2.0 build ships polyfills of types that the runtime has itself: two System.Memory would be
            // two Span<T>. The runtime's own is taken unless it is older than what was asked for.
            try
            {
                return Default.LoadFromAssemblyName(assemblyName);
            }
            catch (IOException)
            {
                // FileNotFoundException or FileLoadException: not there, or older.
            }
        }

        return LoadFromAssemblyPath(file);
    }
}
