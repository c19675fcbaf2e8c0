namespace KernelFault.Formats.Registry;

/// <summary>
/// A hive cannot be changed because its newest changes are not in it but in the .LOG files beside it: Windows would write those over
/// what is changed here. Its Windows has to be started and shut down once, or the logs applied.
/// </summary>
public sealed class HiveDirtyException : InvalidOperationException
{
    /// <summary>An exception without details.</summary>
    public HiveDirtyException()
        : this("The hive")
    {
    }

    /// <summary>An exception for a hive.</summary>
    /// <param name="path">The hive.</param>
    public HiveDirtyException(string path)
        : this(path, null)
    {
    }

    /// <summary>An exception for a hive, with its cause.</summary>
    /// <param name="path">The hive.</param>
    /// <param name="innerException">The cause; null when there is none.</param>
    public HiveDirtyException(string path, Exception? innerException)
        : base(
            $"{path}: its newest changes are still in its .LOG files, in the form of Windows 8 and earlier, and Windows would write them over any change made here. "
            + "Load it once in a running Windows ('reg load HKLM\\offline FILE', then 'reg unload HKLM\\offline'), which writes them to the hive, or start that Windows in Safe Mode and shut it down.",
            innerException) => Path = path;

    /// <summary>The hive.</summary>
    public string Path { get; }
}
