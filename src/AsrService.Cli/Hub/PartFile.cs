using AsrService.Cli.Service;

namespace AsrService.Cli.Hub;

/// <summary>A file that grows. Its faults are those of this machine, never of the network.</summary>
internal sealed class PartFile : IAsyncDisposable
{
    private readonly FileStream _file;

    /// <summary>Opens or makes it, and cuts it to a length.</summary>
    /// <exception cref="ServiceException">It cannot be written.</exception>
    public PartFile(string path, long length)
    {
        _file = DiskFaults.Guard(path, () => new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0));
        DiskFaults.Guard(path, () =>
        {
            _file.SetLength(length);
            return _file.Seek(length, SeekOrigin.Begin);
        });
    }

    /// <inheritdoc cref="PartFile(string, long)" path="/exception"/>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _file.WriteAsync(bytes, cancellation);
        }
        catch (IOException fault)
        {
            throw DiskFaults.Explain(_file.Name, fault);
        }
    }

    /// <summary>Returns when it is on the disk.</summary>
    /// <inheritdoc cref="PartFile(string, long)" path="/exception"/>
    public void Finish() => DiskFaults.Guard(_file.Name, () =>
    {
        _file.Flush(flushToDisk: true);
        return true;
    });

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
