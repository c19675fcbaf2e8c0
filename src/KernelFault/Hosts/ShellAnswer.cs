using System.Text;

namespace KernelFault.Hosts;

/// <summary>Finds the line by which <c>shell-program.sh</c> says how it goes on, drops what a login shell printed before, and passes on the rest.</summary>
/// <param name="nonce">What the line begins with.</param>
/// <param name="next">Takes the program's own output.</param>
internal sealed class ShellAnswer(string nonce, OutputSink next)
{
    // No greeting is longer.
    private const int MaximumNoise = 1024 * 1024;

    private readonly StringBuilder _noise = new();

    /// <summary><c>ok</c>, <c>notFound</c> or <c>denied</c>; null as long as the line has not come.</summary>
    internal string? Status { get; private set; }

    internal void Add(byte[] buffer, int offset, int count)
    {
        for (int i = offset; Status is null && i < offset + count; i++)
        {
            if (buffer[i] != '\n')
            {
                _noise.Append(_noise.Length < MaximumNoise ? ((char)buffer[i]).ToString() : string.Empty);
                continue;
            }

            string line = _noise.ToString();
            int at = line.IndexOf(nonce + " ", StringComparison.Ordinal);
            _noise.Clear();
            if (at >= 0)
            {
                Status = line.Remove(0, at + nonce.Length + 1);
                count -= i + 1 - offset;
                offset = i + 1;
            }
        }

        if (Status is not null && count > 0)
        {
            next(buffer, offset, count);
        }
    }
}
