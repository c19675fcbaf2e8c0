using System.Globalization;

namespace KernelFault.Hosts;

/// <summary>
/// What <c>ssh://user@host:port</c> names. Only characters that names of hosts and users have pass: none begins with a dash, which
/// ssh would take for an option, and none means anything to a shell, to which a proxy command of the configuration may hand it.
/// </summary>
internal sealed record OpenSshDestination(string? User, string HostName, int? Port)
{
    private const string Scheme = "ssh://";

    /// <summary>Takes apart what a user typed.</summary>
    /// <exception cref="ArgumentException">It is no such name.</exception>
    internal static OpenSshDestination Parse(string text)
    {
        string rest = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text.Remove(0, Scheme.Length) : text;
        rest = rest.EndsWith("/", StringComparison.Ordinal) ? rest.Remove(rest.Length - 1) : rest;
        int at = rest.LastIndexOf('@');
        string? user = at < 0 ? null : Uri.UnescapeDataString(rest.Remove(at));
        string host = rest.Remove(0, at + 1);
        string? port = null;
        int closing = host.IndexOf(']');
        int colon = host.LastIndexOf(':');
        if (colon > closing && (closing > 0 || host.IndexOf(':') == colon))
        {
            port = host.Remove(0, colon + 1);
            host = host.Remove(colon);
        }

        if (host.Length > 2 && host[0] == '[' && host[host.Length - 1] == ']')
        {
            host = host.Remove(host.Length - 1).Remove(0, 1);
        }

        int number = 0;
        bool valid = IsName(host, ".-_:%")
            && (user is null || IsName(user, ".-_@+\\"))
            && (port is null || (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < 65536));
        return valid
            ? new OpenSshDestination(user, host, port is null ? null : number)
            : throw new ArgumentException($"'{text}' is not of the form ssh://user@host:port, or holds characters that no name of a host or user has.", nameof(text));
    }

    private static bool IsName(string name, string others) =>
        name.Length is > 0 and < 256
        && name[0] != '-'
        && name[name.Length - 1] != '\\'
        && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || others.Contains(c));
}
