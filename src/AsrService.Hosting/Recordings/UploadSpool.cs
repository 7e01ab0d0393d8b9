namespace AsrService.Hosting;

/// <summary>
/// A file that grows while it is uploaded, in the temporary folder, gone when this is disposed. One thread appends;
/// others read behind it and wait for more.
/// </summary>
internal sealed class UploadSpool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly ManualResetEventSlim _grown = new();
    private long _length;
    private bool _isComplete;
    private bool _isBroken;

    public UploadSpool()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"asr-upload-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0, // what is appended is there for readers at once
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(Path, options);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Bytes so far.</summary>
    public long Length
    {
        get
        {
            lock (_lock) return _length;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        lock (_lock)
        {
            _length += bytes.Length;
            _grown.Set();
        }
    }

    /// <summary>Says that nothing more follows.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            _grown.Set();
        }
    }

    /// <summary>Gives it up: whoever waits for more gets an <see cref="IOException"/>.</summary>
    public void Break()
    {
        lock (_lock)
        {
            _isBroken = true;
            _grown.Set();
        }
    }

    /// <summary>Waits until there are bytes behind a position, or the upload is complete.</summary>
    /// <returns>The bytes there; the position itself at the end.</returns>
    /// <exception cref="IOException">The upload broke off.</exception>
    public long WaitBeyond(long position)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_isBroken) throw new IOException("The upload broke off.");
                if (_length > position || _isComplete) return _length;
                _grown.Reset();
            }

            _grown.Wait();
        }
    }

    /// <summary>Waits for the end of the upload.</summary>
    /// <exception cref="IOException">It broke off.</exception>
    public void WaitForAll() => WaitBeyond(long.MaxValue);

    /// <summary>A stream over it that waits for more where it has not ended.</summary>
    public Stream OpenRead() => new GrowingStream(this);

    /// <summary>Deletes it; nobody may wait for more.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _grown.Dispose();
    }
}
