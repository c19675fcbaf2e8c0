namespace KernelFault.Tests.Hosts;

/// <summary>Arguments that a shell, a quoting rule or a code page between here and a program would change, cut up or run.</summary>
internal static class QuotingTraps
{
    /// <summary>Prints each of its arguments in hexadecimal, a line each: what a program really got. Any shell's echo would change some.</summary>
    private const string Printer = "for a; do printf '%s' \"$a\" | od -An -v -tx1 | tr -d ' \\n'; echo; done";

    internal static IReadOnlyList<string> All { get; } =
    [
        "plain",
        string.Empty,
        " ",
        "two words",
        " blanks around ",
        "tab\there",
        "\"",
        "\"quoted\"",
        "a \"b\" c",
        "'",
        "it's",
        "'; touch /tmp/kernelfault-trap; '",
        "\\",
        "\\\\",
        "ends with \\",
        "ends with two \\\\",
        "\\\"",
        "\\\\\"",
        "a\\b\\c",
        "C:\\Program Files\\x\\",
        "$(touch /tmp/kernelfault-trap)",
        "$HOME",
        "${HOME}",
        "`touch /tmp/kernelfault-trap`",
        "$((1+1))",
        "; touch /tmp/kernelfault-trap",
        "&& touch /tmp/kernelfault-trap",
        "| cat",
        "> /tmp/kernelfault-trap",
        "< /dev/null",
        "&",
        "%PATH%",
        "%%",
        "^",
        "^&",
        "!",
        "!!",
        "*",
        "?",
        "[a-z]",
        "~",
        "{a,b}",
        "#",
        "(",
        ")",
        "-",
        "--",
        "-n",
        "-e",
        "--help",
        "-EncodedCommand",
        "--%",
        "@args",
        "@{x=1}",
        "a=b",
        "/c",
        "line one\nline two",
        "ends with a line feed\n",
        "\n",
        "carriage\rreturn",
        "crlf\r\n",
        "\u0001\u0007\u001b[31m\u007f",
        "Grüße, 你好, привет, 😀",
        // Bytes that dash once took for its own marks (0x81 to 0x88).
        "\u0141\u0101\u0102\u0108\u2081\u2088",
        "\u00a0\u2028\ufeff",
        "nul\\0",
        // What PowerShell's reader of JSON takes for a date, and for a number.
        "2024-01-02T03:04:05Z",
        "/Date(1700000000000)/",
        "1e3",
        "007",
        "true",
        "null",
        "a''b\"\"c``d",
        "'\"'\"'",
        "\\'",
        "$'\\n'",
        "100 KB: " + new string('x', 100 * 1024),
    ];

    /// <summary>The call of a program that prints the arguments it gets.</summary>
    internal static KernelFault.Hosts.ProgramCall Call(IEnumerable<string> arguments) =>
        new("/bin/sh", ["-c", Printer, "sh", .. arguments]) { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>What that program prints.</summary>
    internal static string Expected(IEnumerable<string> arguments) =>
        string.Concat(arguments.Select(argument => Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(argument)) + "\n"));

    /// <summary>Runs all traps at once, and then some at a time.</summary>
    /// <param name="host">The host; it is this machine.</param>
    /// <param name="some">How many at a time: one where a call costs nothing.</param>
    internal static void Run(KernelFault.Hosts.IHost host, int some)
    {
        const string Trap = "/tmp/kernelfault-trap";
        File.Delete(Trap);

        Verify(host, All);
        foreach (string[] arguments in All.Where(argument => argument.Length < 1000).Chunk(some))
        {
            Verify(host, arguments);
        }

        Assert.False(File.Exists(Trap), "A command in an argument was run.");
    }

    private static void Verify(KernelFault.Hosts.IHost host, IReadOnlyList<string> arguments)
    {
        KernelFault.Hosts.ProgramResult result = host.Run(Call(arguments), CancellationToken.None);

        Assert.Equal(Expected(arguments), System.Text.Encoding.ASCII.GetString(result.Output));
        Assert.Equal(0, result.ExitCode);
    }
}
