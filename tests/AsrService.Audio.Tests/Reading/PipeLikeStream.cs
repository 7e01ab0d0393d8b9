namespace AsrService.Audio.Tests;

/// <summary>Bytes that cannot be sought and come in small pieces, as from a pipe.</summary>
internal sealed class PipeLikeStream(byte[] bytes, int pieceLength = 7) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override int Read(byte[] buffer, int offset, int count) =>
        base.Read(buffer, offset, Math.Min(count, pieceLength));

    public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
}
