using AsrService.Audio;

namespace AsrService.Hosting;

/// <summary>Reads a file behind whoever writes it; does not seek, as its length is not known.</summary>
internal sealed class GrowingStream(UploadSpool spool) : ForwardStream
{
    private readonly FileStream _file = new(
        spool.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private long _position;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        long there = spool.WaitBeyond(_position) - _position;
        int read = _file.Read(buffer[..(int)Math.Min(there, buffer.Length)]);
        _position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }
}
