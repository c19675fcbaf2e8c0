using System.Runtime.InteropServices;
using System.Text;

namespace KernelFault.Drivers;

// Drivers keep their names as UTF-16 constants: \Device\NAME for the device, \DosDevices\NAME or \??\NAME for the link by which programs
// open it, and the security descriptor of IoCreateDeviceSecure as SDDL (D:P(A;;GA;;;SY)…). A name may be put together at run time:
// then only its beginning is found.

/// <summary>Finds names of devices and security descriptors in a driver's bytes.</summary>
internal static class DeviceNameScan
{
    private const int MaximumNames = 64;
    private const int MaximumHits = 4096;
    private const int MaximumLength = 256;

    private static readonly byte[][] Beginnings =
    [
        Encoding.Unicode.GetBytes(@"\Device\"),
        Encoding.Unicode.GetBytes(@"\DosDevices\"),
        Encoding.Unicode.GetBytes(@"\??\"),
        Encoding.Unicode.GetBytes(@"\GLOBAL??\"),
        Encoding.Unicode.GetBytes("D:P("),
        Encoding.Unicode.GetBytes("D:("),
    ];

    /// <summary>The texts, each once, in the order of their kinds and then of the file; at most 64 of 256 characters.</summary>
    internal static IReadOnlyList<string> Find(ReadOnlySpan<byte> bytes)
    {
        var names = new List<string>();
        foreach (byte[] beginning in Beginnings)
        {
            int position = 0;
            for (int hits = 0; hits < MaximumHits && names.Count < MaximumNames; hits++)
            {
                int found = bytes.Slice(position).IndexOf(beginning);
                if (found < 0)
                {
                    break;
                }

                position += found;
                string name = Text(bytes.Slice(position));
                if (!names.Contains(name))
                {
                    names.Add(name);
                }

                position += beginning.Length;
            }
        }

        return names;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<char> characters = MemoryMarshal.Cast<byte, char>(bytes.Slice(0, Math.Min(bytes.Length, MaximumLength * 2)));
        int length = 0;
        while (length < characters.Length && characters[length] is >= ' ' and <= '~')
        {
            length++;
        }

        return characters.Slice(0, length).ToString();
    }
}
