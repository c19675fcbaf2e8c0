using System.Collections.ObjectModel;
using System.Management.Automation;

namespace KernelFault.Cmdlets;

/// <summary>A cmdlet that lets the engine work: Ctrl+C becomes a cancelled token, and what is left over ends with the pipeline.</summary>
public abstract class EngineCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Cancelled when the pipeline is stopped.</summary>
    protected CancellationToken Cancellation { get; private set; }

    /// <summary>Makes the token ready before anything else runs.</summary>
    protected EngineCmdlet() => Cancellation = _cancellation.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what is left over.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cancellation.Dispose();
        }
    }

    /// <summary>Whether <c>-Confirm</c> was typed: by the convention it asks even where <c>-Force</c> would not.</summary>
    private protected bool IsConfirmed => MyInvocation.BoundParameters.TryGetValue("Confirm", out object? given) && LanguagePrimitives.IsTrue(given);

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline ended in the same moment.
        }
    }

    /// <summary>True for a path by which a file is found. Says nothing of why it is not.</summary>
    /// <param name="path">A path, which may hold wildcards, or any other text.</param>
    /// <returns>Whether there is such a file.</returns>
    protected bool NamesAFile(string path)
    {
        try
        {
            string unresolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name == "FileSystem"
                && (File.Exists(unresolved)
                    || (WildcardPattern.ContainsWildcardCharacters(path) && SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _).Any(File.Exists)));
        }
        catch (Exception e) when (e is RuntimeException or NotSupportedException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // What no path can look like.
            return false;
        }
    }

    /// <summary>The files that a path names; what is none of the file system is an error record.</summary>
    /// <param name="path">The path.</param>
    /// <param name="literal">True when wildcards in it mean themselves.</param>
    /// <returns>Paths of the file system; a file that does not exist is for the reader to report.</returns>
    protected IEnumerable<string> ResolveFiles(string path, bool literal)
    {
        Collection<string> files;
        bool wildcards = false;
        try
        {
            string unresolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name == "FileSystem")
            {
                // A file whose name looks like a pattern is still that file.
                wildcards = !literal && WildcardPattern.ContainsWildcardCharacters(path) && !File.Exists(unresolved);
                files = wildcards ? SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _) : [unresolved];
            }
            else
            {
                WriteError(FileError.NotAFile(path, provider.Name));
                return [];
            }
        }
        catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or NotSupportedException or ArgumentException or ProviderInvocationException)
        {
            WriteError(FileError.Of(e, path));
            return [];
        }

        return wildcards ? files.Where(File.Exists) : files;
    }
}
