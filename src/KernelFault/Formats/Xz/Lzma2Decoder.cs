namespace KernelFault.Formats.Xz;

// LZMA2: a chain of chunks, each stored or LZMA-coded, that may reset what the coder knows. The control byte:
//   0x00 end · 0x01 stored, dictionary reset · 0x02 stored · 0x80-0x9F LZMA · 0xA0-0xBF and state reset ·
//   0xC0-0xDF and new properties · 0xE0-0xFF and dictionary reset.
// Sizes: stored, 16 bits + 1; LZMA, 21 bits + 1 uncompressed (five of them in the control byte), 16 bits + 1 compressed.
// All are big-endian. Described in the xz distribution ("xz-file-format.txt" names the filter, the decoder the chunks).

/// <summary>Expands one LZMA2 sequence into an <see cref="XzOutput"/>.</summary>
internal sealed class Lzma2Decoder
{
    private readonly LzmaDecoder _lzma = new();

    /// <summary>Expands from <paramref name="position"/> up to and with the end byte.</summary>
    /// <param name="source">The file.</param>
    /// <param name="position">First chunk; afterwards the byte behind the end byte.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="dictionarySize">Farthest distance of a match, in bytes.</param>
    /// <exception cref="DumpFormatException">It is damaged, or longer than allowed.</exception>
    internal void Decode(XzInput source, ref int position, XzOutput output, uint dictionarySize)
    {
        bool needDictionary = true;
        bool needProperties = true;
        int dictionaryStart = output.Length;
        byte[] bytes = source.Bytes;
        while (true)
        {
            int chunk = position;
            source.Require(position, 1, "an LZMA2 chunk");
            byte control = bytes[position++];
            if (control == 0)
            {
                return;
            }

            if (control is 1 or >= 0xE0)
            {
                needDictionary = false;
                needProperties = true;
                dictionaryStart = output.Length;
            }
            else if (needDictionary)
            {
                throw source.Damage(chunk, "expected the first LZMA2 chunk to reset the dictionary.");
            }

            if (control < 0x80)
            {
                if (control > 2)
                {
                    throw source.Damage(chunk, $"expected an LZMA2 control byte, found 0x{control:x2}.");
                }

                source.Require(position, 2, "the size of an LZMA2 chunk");
                int size = ((bytes[position] << 8) | bytes[position + 1]) + 1;
                position += 2;
                source.Require(position, size, "a stored LZMA2 chunk");
                output.Reserve(size, source, chunk);
                Buffer.BlockCopy(bytes, position, output.Buffer, output.Length, size);
                output.Length += size;
                position += size;
                continue;
            }

            source.Require(position, 4, "the sizes of an LZMA2 chunk");
            int expanded = (((control & 0x1F) << 16) | (bytes[position] << 8) | bytes[position + 1]) + 1;
            int compressed = ((bytes[position + 2] << 8) | bytes[position + 3]) + 1;
            position += 4;
            if (control >= 0xC0)
            {
                source.Require(position, 1, "LZMA properties");
                if (!_lzma.TrySetProperties(bytes[position]))
                {
                    throw source.Damage(position, $"expected LZMA properties, found 0x{bytes[position]:x2}.");
                }

                position++;
                needProperties = false;
            }
            else if (needProperties)
            {
                throw source.Damage(chunk, "expected the first LZMA chunk after a dictionary reset to bring properties.");
            }

            if (control >= 0xA0)
            {
                _lzma.ResetState();
            }

            source.Require(position, compressed, "an LZMA chunk");
            output.Reserve(expanded, source, chunk);
            string? damage = _lzma.Decode(
                bytes, position, compressed, output.Buffer, dictionaryStart, output.Length, output.Length + expanded, dictionarySize);
            if (damage is not null)
            {
                throw source.Damage(chunk, damage);
            }

            output.Length += expanded;
            position += compressed;
        }
    }
}
