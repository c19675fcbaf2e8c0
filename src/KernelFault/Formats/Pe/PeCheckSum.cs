using System.Runtime.InteropServices;

namespace KernelFault.Formats.Pe;

// CheckSumMappedFile of ImageHlp: the one's complement sum of all 16-bit words, the checksum's own field as 0, plus the file's length.
// Such a sum does not care how wide the words are that are added, as long as carries come back in at the low end.

/// <summary>Computes an image file's checksum.</summary>
internal static class PeCheckSum
{
    private const int Portion = 64 * 1024;
    private const int FieldSize = 4;

    internal static uint Compute(FileBytes file, long field)
    {
        byte[] buffer = new byte[Portion];
        ulong sum = 0;
        for (long position = 0; position < file.Length; position += Portion)
        {
            ReadOnlySpan<byte> bytes = file.SliceUpTo(position, Portion);
            bytes.CopyTo(buffer);
            Array.Clear(buffer, bytes.Length, Portion - bytes.Length);
            for (int i = 0; i < FieldSize; i++)
            {
                if (field + i >= position && field + i < position + Portion)
                {
                    buffer[field + i - position] = 0;
                }
            }

            foreach (uint word in MemoryMarshal.Cast<byte, uint>(buffer.AsSpan()))
            {
                sum += word;
            }
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return unchecked((uint)sum + (uint)file.Length);
    }
}
