using KernelFault.Formats;

namespace KernelFault.Dumps;

/// <summary>
/// The temporary file that a packed one is expanded to. It refuses to grow beyond what a dump of that size can be, leaves holes where
/// memory was zero, and is deleted when disposed.
/// </summary>
internal sealed class UnpackedFile : Stream
{
    // Memory that is zero for the most part packs a thousandfold.
    private const long MaximumRatio = 4096;
    private const long AlwaysAllowed = 64 * 1024 * 1024;
    private const long DiskToLeave = 512L * 1024 * 1024;
    private const int HoleSize = 4096;
    private const int SampleSize = 4096;

    private readonly string _source;
    private readonly string _packing;
    private readonly Func<byte[], bool> _isWanted;
    private readonly long _limit;
    private readonly long _room;
    private readonly FileStream _file;
    private byte[]? _sample = new byte[SampleSize];
    private int _sampled;
    private long _length;
    private long _stored;

    internal UnpackedFile(string source, long packedLength, string packing, Func<byte[], bool> isWanted)
    {
        _source = source;
        _packing = packing;
        _isWanted = isWanted;
        _limit = AlwaysAllowed + (Math.Min(packedLength, long.MaxValue / MaximumRatio / 2) * MaximumRatio);
        FilePath = Path.Combine(Path.GetTempPath(), "kernelfault-" + Guid.NewGuid().ToString("n") + ".dump");
        _room = RoomOnDisk();
        _file = new FileStream(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, 128 * 1024);
    }

    /// <summary>Where it lies.</summary>
    internal string FilePath { get; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        Sample(buffer, offset, count);
        while (count > 0)
        {
            int piece = Math.Min(count, HoleSize - (int)(_length % HoleSize));
            if (piece > _limit - _length)
            {
                throw new DumpFormatException(_source, 0, $"this {_packing} data expands to more than {_limit} bytes, which no dump of its size does.");
            }

            if (IsZero(buffer.AsSpan(offset, piece)))
            {
                _file.Seek(piece, SeekOrigin.Current);
            }
            else if ((_stored += piece) > _room)
            {
                throw new IOException($"{_source}: there is not enough room to unpack it in {Path.GetDirectoryName(FilePath)}.");
            }
            else
            {
                _file.Write(buffer, offset, piece);
            }

            _length += piece;
            offset += piece;
            count -= piece;
        }
    }

    /// <inheritdoc/>
    public override void Flush() => _file.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Everything was written: it can be opened for reading.</summary>
    internal void Finish()
    {
        Decide();
        _file.SetLength(_length);
        _file.Dispose();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            try
            {
                File.Delete(FilePath);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody looks at it (a virus scanner): the system cleans its folder of temporary files some day.
            }
        }

        base.Dispose(disposing);
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b != 0)
            {
                return false;
            }
        }

        return true;
    }

    private long RoomOnDisk()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(FilePath)).AvailableFreeSpace - DiskToLeave;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    private void Sample(byte[] buffer, int offset, int count)
    {
        if (_sample is null)
        {
            return;
        }

        int taken = Math.Min(count, SampleSize - _sampled);
        Buffer.BlockCopy(buffer, offset, _sample, _sampled, taken);
        _sampled += taken;
        if (_sampled == SampleSize)
        {
            Decide();
        }
    }

    private void Decide()
    {
        if (_sample is byte[] sample)
        {
            _sample = null;
            Array.Resize(ref sample, _sampled);
            if (!_isWanted(sample))
            {
                throw new DumpFormatException(_source, 0, $"{UnknownFile.Expected}; this is {_packing} data that packs no crash dump.");
            }
        }
    }
}
