namespace KernelFault.Analysis;

/// <summary>Names of <see cref="FaultClass"/> as data files write them.</summary>
internal static class FaultClassNames
{
    /// <summary>The class of a name. <c>Enum.TryParse</c> would do, at more than a millisecond of a cold start.</summary>
    /// <param name="name">Its name, as in the source; null for none.</param>
    /// <returns>The class; <see cref="FaultClass.Unknown"/> for a name that is none.</returns>
    internal static FaultClass Parse(string? name)
    {
        for (FaultClass known = FaultClass.Unknown; name is not null && known <= FaultClass.UnhandledException; known++)
        {
            if (known.ToString() == name)
            {
                return known;
            }
        }

        return FaultClass.Unknown;
    }
}
