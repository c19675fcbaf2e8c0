namespace KernelFault.Health;

/// <summary>What became of a file that was to be saved.</summary>
public enum SavedCrashStatus : long
{
    /// <summary>It was copied and its hash is that of the source.</summary>
    Saved,

    /// <summary>The rest of an earlier copy was fetched, and the hash is that of the source.</summary>
    Resumed,

    /// <summary>It had been saved before.</summary>
    AlreadySaved,

    /// <summary>It could not be saved; <see cref="SavedCrashFile.Error"/> says why.</summary>
    Failed,
}
