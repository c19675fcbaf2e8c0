using KernelFault.Formats;
using KernelFault.Formats.Pe;
using KernelFault.Hosts;

namespace KernelFault.Drivers.Windows;

/// <summary>Reads the files of this machine's drivers themselves: whole, and many times quicker than a script would.</summary>
/// <param name="host">This machine.</param>
/// <param name="now">By which the end of a certificate is judged where no timestamp does it.</param>
internal sealed class LocalDriverFiles(IHost host, DateTimeOffset now)
{
    private readonly WindowsDriverFile _file = new(now);

    /// <summary>Adds to each driver what its file says, and who signed it.</summary>
    /// <param name="drivers">The drivers.</param>
    /// <param name="windows">The Windows folder.</param>
    /// <param name="warnings">Where damaged catalogues are told.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal List<KernelDriver> Complete(IReadOnlyList<KernelDriver> drivers, string windows, List<string> warnings, CancellationToken cancellation)
    {
        var complete = new KernelDriver[drivers.Count];
        Parallel.For(0, complete.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => complete[i] = Complete(drivers[i]));
        return _file.WithCatalogs(complete, host, windows, warnings, cancellation);
    }

    private KernelDriver Complete(KernelDriver driver)
    {
        if (driver.Path is null)
        {
            return driver;
        }

        try
        {
            using PeImage image = PeImage.Open(driver.Path);
            return _file.Complete(driver, image);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return driver with { Warnings = (string[])[.. driver.Warnings, "Its file is not there."] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DumpFormatException or ArgumentException or NotSupportedException)
        {
            return driver with { Warnings = (string[])[.. driver.Warnings, "Its file cannot be read: " + PrintableText.Clean((e as DumpFormatException)?.Expected ?? e.Message)] };
        }
    }
}
