namespace KernelFault.Hosts;

/// <summary>How the <c>ssh</c> program is called; without any, as its own configuration says.</summary>
public sealed record OpenSshOptions
{
    /// <summary>Its configuration file; null for the user's and the system's.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>The file of the one private key to offer; null for what the configuration and the agent have.</summary>
    public string? IdentityFile { get; init; }

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The program: a name on the search path or a whole path.</summary>
    public string Program { get; init; } = "ssh";
}
