using System.Globalization;

namespace KernelFault.Formats;

/// <summary>A file is not what it claims to be, or is of no kind that is read here.</summary>
/// <remarks>The one exception that untrusted bytes may cause. Damage that leaves something to say is a warning instead.</remarks>
public sealed class DumpFormatException : Exception
{
    /// <summary>An exception without details.</summary>
    public DumpFormatException()
        : this("The file is damaged or of an unknown kind.")
    {
    }

    /// <summary>An exception with a message only.</summary>
    /// <param name="message">What is wrong.</param>
    public DumpFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public DumpFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception that says where and what.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The file offset in bytes where it went wrong.</param>
    /// <param name="expected">What should have been there, and what was.</param>
    public DumpFormatException(string path, long offset, string expected)
        : base(string.Format(CultureInfo.InvariantCulture, "{0}: at offset 0x{1:x}: {2}", path, offset, expected))
    {
        Path = path;
        Offset = offset;
        Expected = expected;
    }

    /// <summary>The file; null when it is not known.</summary>
    public string? Path { get; }

    /// <summary>The file offset in bytes; null when it is not known.</summary>
    public long? Offset { get; }

    /// <summary>What should have been at that offset, and what was; null when it is not known.</summary>
    public string? Expected { get; }
}
