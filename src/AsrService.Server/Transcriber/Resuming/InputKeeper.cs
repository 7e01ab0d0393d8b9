using System.Security.Cryptography;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>A part of a session's input as its caller sent it.</summary>
/// <param name="Start">Index of its first sample frame; of a wish, the frames before it.</param>
/// <param name="Frames">Sample frames; 0 for a wish.</param>
/// <param name="Sound">Their bytes in the session's format; empty for silence and for a wish.</param>
/// <param name="Wish">A finalize or an update; null for audio.</param>
internal readonly record struct KeptPiece(long Start, long Frames, ReadOnlyMemory<byte> Sound, V1.Control? Wish)
{
    public long End => Start + Frames;
}

/// <summary>What a session is fed with again before its caller's own audio.</summary>
/// <param name="Origin">The line of calls that it came by.</param>
/// <param name="Pieces">In order.</param>
/// <param name="End">Index of the first sample frame that is not there.</param>
internal sealed record KeptInput(long Origin, IReadOnlyList<KeptPiece> Pieces, long End);

/// <summary>
/// The input of a live session from the newest token but one on: when the connection is lost, whoever goes on here need
/// not send it again.
/// </summary>
/// <remarks>Thread-safe. What is kept is a whole without gaps up to the end; past a limit the oldest goes.</remarks>
internal sealed class InputKeeper
{
    /// <summary>Most that a session's input may take.</summary>
    public const int MaxBytes = 4 << 20;

    private const int BlockBytes = 32 << 10;
    private const int PieceCost = 64; // what a piece takes besides its bytes, about
    private static readonly TimeSpan LongestSegment = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenTokens = TimeSpan.FromSeconds(15); // two of them, with room

    private readonly Lock _gate = new();
    private readonly RawFormat _format;
    private readonly long _maxFrames;
    private readonly Queue<(KeptPiece Piece, int Cost)> _pieces = new();
    private Filling? _last; // not in the queue yet
    private long _start, _told;

    /// <param name="format">Of all audio.</param>
    /// <param name="maxBuffered">Audio that may be unprocessed.</param>
    /// <param name="start">Index of the first sample frame to come.</param>
    /// <param name="kept">That comes first, from an earlier call; null for nothing.</param>
    public InputKeeper(RawFormat format, TimeSpan maxBuffered, long start, KeptInput? kept = null)
    {
        _format = format;
        _maxFrames = (long)((maxBuffered + LongestSegment + BetweenTokens).TotalSeconds * format.SampleRate);
        (_start, _told, End) = (start, start, kept?.End ?? start);
        Origin = kept?.Origin ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        foreach (var piece in kept?.Pieces ?? []) Enqueue(piece, piece.Sound.Length);
    }

    /// <summary>
    /// The line of calls that the input came by: of each, the next one was fed with what the one before had kept. A session
    /// that went on elsewhere may have got other wishes there, so tokens of another line are not answered from here.
    /// </summary>
    public long Origin { get; }

    /// <summary>Index of the sample frame expected next.</summary>
    public long End { get; private set; }

    /// <summary>Memory taken, about.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds audio that the session takes in.</summary>
    public void Add(IntakeFrames frames)
    {
        lock (_gate)
        {
            if (frames.Bytes.IsEmpty) AddSilence(frames.Count);
            else AddSound(frames.Bytes.Span);
            DropBeyondLimits();
        }
    }

    /// <summary>Adds a finalize or an update.</summary>
    public void Add(V1.Control wish)
    {
        lock (_gate)
        {
            Seal();
            Enqueue(new KeptPiece(End, 0, default, wish), wish.CalculateSize());
            DropBeyondLimits();
        }
    }

    /// <summary>A token has been made that needs no sample frame before this one.</summary>
    public void Told(long firstFrame)
    {
        lock (_gate)
        {
            if (firstFrame <= _told) return;
            Release(_told); // the caller may never get the newest token
            _told = firstFrame;
        }
    }

    /// <summary>What to feed a session with that needs the sample frames from one on; null where that is not there.</summary>
    /// <param name="firstFrame">The first one needed.</param>
    /// <param name="isCovered">Whether the session's config has an update of that place already.</param>
    public KeptInput? From(long firstFrame, Func<long, bool> isCovered)
    {
        lock (_gate)
        {
            if (_start > firstFrame || End <= firstFrame) return null;
            var pieces = _pieces.Select(one => one.Piece);
            if (_last is not null) pieces = pieces.Append(_last.Piece);
            return new KeptInput(Origin, [.. pieces.Where(piece => piece.Wish is null ? piece.End > firstFrame : IsWanted(piece))], End);
        }

        bool IsWanted(KeptPiece piece) => piece.Start >= firstFrame && (piece.Wish!.Update is null || !isCovered(piece.Start));
    }

    private void AddSilence(long frames)
    {
        Seal();
        Enqueue(new KeptPiece(End, frames, default, null), 0);
        End += frames;
    }

    private void AddSound(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_last is null)
            {
                _last = new Filling(End, new byte[Math.Max(1, BlockBytes / _format.FrameBytes) * _format.FrameBytes], _format.FrameBytes);
                Bytes += _last.Cost + PieceCost;
            }

            int taken = _last.Fill(bytes);
            bytes = bytes[taken..];
            End += taken / _format.FrameBytes;
            if (_last.IsFull) Seal();
        }
    }

    private void Seal()
    {
        if (_last is null) return;
        _pieces.Enqueue((_last.Piece, _last.Cost));
        _last = null;
    }

    private void Enqueue(KeptPiece piece, int cost)
    {
        _pieces.Enqueue((piece, cost));
        Bytes += cost + PieceCost;
    }

    /// <summary>Forgets what lies before a sample frame; wishes at it stay.</summary>
    private void Release(long frame)
    {
        while (_pieces.TryPeek(out var first) && (first.Piece.End < frame || (first.Piece.End == frame && first.Piece.Wish is null)))
            Drop();
    }

    private void DropBeyondLimits()
    {
        while (_pieces.Count > 0 && (Bytes > MaxBytes || End - _start > _maxFrames)) Drop();
    }

    private void Drop()
    {
        var (piece, cost) = _pieces.Dequeue();
        _start = piece.Wish is null ? piece.End : piece.End + 1; // whoever needs the wish does not find it here
        Bytes -= cost + PieceCost;
    }

    /// <summary>A block that sound is being put into; what was given out of it never changes.</summary>
    private sealed class Filling(long start, byte[] block, int frameBytes)
    {
        private int _count;

        public int Cost => block.Length;

        public bool IsFull => _count == block.Length;

        public KeptPiece Piece => new(start, _count / frameBytes, block.AsMemory(0, _count), null);

        public int Fill(ReadOnlySpan<byte> bytes)
        {
            int count = Math.Min(bytes.Length, block.Length - _count);
            bytes[..count].CopyTo(block.AsSpan(_count));
            _count += count;
            return count;
        }
    }
}
