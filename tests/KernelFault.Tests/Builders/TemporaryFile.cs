namespace KernelFault.Tests.Builders;

/// <summary>A file that is gone when the test is over; in memory where the system has a file system for that.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private static readonly string Folder = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();

    public TemporaryFile(ReadOnlySpan<byte> content, string extension = ".dmp")
    {
        Path = System.IO.Path.Combine(Folder, "kernelfault-" + Guid.NewGuid().ToString("n") + extension);
        Write(content);
    }

    public string Path { get; }

    public void Write(ReadOnlySpan<byte> content)
    {
        using FileStream stream = File.Create(Path);
        stream.Write(content);
    }

    public void Dispose() => File.Delete(Path);
}
