using KernelFault.Formats.Pe;

namespace KernelFault.Formats.Authenticode;

/// <summary>The Authenticode hashes and signatures of a PE file.</summary>
/// <param name="Sha1">SHA-1 of the file as signing sees it: 40 hexadecimal digits.</param>
/// <param name="Sha256">SHA-256 of the file as signing sees it: 64 hexadecimal digits. Block lists and catalogues name files by it.</param>
/// <param name="Signatures">The first signature and those nested in it; empty for a file that is not signed, or only by a catalogue.</param>
/// <param name="Warnings">What of the signatures could not be read.</param>
public sealed record AuthenticodeSignatures(string Sha1, string Sha256, IReadOnlyList<AuthenticodeSignature> Signatures, IReadOnlyList<string> Warnings)
{
    /// <summary>Hashes a file and reads its signatures.</summary>
    /// <param name="image">A file, not an image in memory: that has neither its certificates nor the bytes that were signed.</param>
    /// <returns>What there is.</returns>
    /// <exception cref="ArgumentException">The image is laid out as in memory.</exception>
    public static AuthenticodeSignatures Read(PeImage image)
    {
        if (image is null)
        {
            throw new ArgumentNullException(nameof(image));
        }

        return image.IsLoaded
            ? throw new ArgumentException("An image in memory has no signature.", nameof(image))
            : new AuthenticodeReader(image).Read();
    }
}
