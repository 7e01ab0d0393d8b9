using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace AsrService.Kernels;

/// <summary>
/// A file mapped into memory read-only, so that weights are paged in as they are packed and never copied whole.
/// </summary>
/// <remarks>Slices are valid until <see cref="Dispose"/>. Thread-safe for reading.</remarks>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    /// <summary>Maps the whole of <paramref name="path"/>, which must not be empty.</summary>
    /// <exception cref="IOException">The file is missing, empty or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Reading it is not permitted, or it is a folder.</exception>
    public MappedFile(string path)
    {
        Path = path;
        var handle = File.OpenHandle(path);
        try
        {
            Length = RandomAccess.GetLength(handle); // FileInfo's, for a symbolic link, is that of the link
            if (Length == 0) throw new IOException($"{path} is empty.");

            _file = MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _file?.Dispose();
            handle.Dispose();
            throw;
        }

        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>The path as given.</summary>
    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the file.</exception>
    public ReadOnlyMemory<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length); // a sum could overflow
        ObjectDisposedException.ThrowIf(_start is null, this);
        return new View(this, offset, length).Memory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is null) return;
        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private sealed class View(MappedFile owner, long offset, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(owner._start is null, owner);
            return new Span<byte>(owner._start + offset, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new(owner._start + offset + elementIndex);

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }
}
