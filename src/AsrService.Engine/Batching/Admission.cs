using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Kernels;

namespace AsrService.Engine.Batching;

/// <summary>
/// Who may come in: a place in the KV cache is set aside for the longest segment of every live channel, the rest is for
/// recordings. So nothing that was admitted ever lacks memory.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Admission
{
    private const int LongestSegment = 30 * Resampler.OutputRate;
    private const int LongestName = 8; // positions that a forced language may have over the one measured
    private const int DefaultPiece = 35 * Resampler.OutputRate;

    private readonly Lock _gate = new();
    private readonly BlockPool _fileBlocks; // for recordings
    private readonly int _cachePositions;

    /// <summary>Divides the model's KV cache.</summary>
    /// <exception cref="AsrException">It does not hold one channel and one piece of a recording.</exception>
    public Admission(Recognizer recognizer, EngineOptions options)
    {
        int limit = recognizer.Runner.Config.Text.MaxPositions;
        int longest = PositionsFor(recognizer, LongestSegment, 0), piece = PositionsFor(recognizer, DefaultPiece, 0);
        MaxContextTokens = Math.Clamp(options.MaxContextTokens, 0, Math.Max(0, limit - piece));
        int total = recognizer.Runner.FreeKvBlocks;
        int perChannel = KvGeometry.BlocksFor(Math.Min(limit, longest + MaxContextTokens));
        SegmentBlocks = perChannel;
        int perPiece = KvGeometry.BlocksFor(Math.Min(limit, piece + MaxContextTokens));
        ChannelCapacity = Math.Min(options.MaxChannels, (total - perPiece) / perChannel);
        if (ChannelCapacity < 1)
        {
            throw new AsrException(
                AsrFailure.KvCacheExhausted,
                $"The KV cache holds {total} blocks; a live channel and a recording need {perChannel} and {perPiece}.");
        }
        _fileBlocks = new BlockPool(total - ChannelCapacity * perChannel);
        _cachePositions = _fileBlocks.Total * KvCache.BlockPositions;
    }

    /// <summary>KV blocks that the longest live segment may need.</summary>
    public int SegmentBlocks { get; }

    /// <summary>Tokens of context that a segment may have.</summary>
    public int MaxContextTokens { get; }

    /// <summary>Live channels admitted at most.</summary>
    public int ChannelCapacity { get; }

    /// <summary>Live channels admitted now.</summary>
    public int Channels { get; private set; }

    /// <exception cref="AsrException">Too few places are free.</exception>
    public void TakeChannels(int count)
    {
        lock (_gate)
        {
            if (Channels + count > ChannelCapacity)
            {
                throw new AsrException(
                    AsrFailure.StreamLimitReached, $"{count} more channels asked for; {Channels} of {ChannelCapacity} are in use.");
            }
            Channels += count;
        }
    }

    public void ReturnChannels(int count)
    {
        lock (_gate) Channels -= count;
    }

    /// <summary>KV blocks that a piece of a recording may need.</summary>
    public int BlocksFor(Recognizer recognizer, int samples) =>
        KvGeometry.BlocksFor(Math.Min(recognizer.Runner.Config.Text.MaxPositions, PositionsFor(recognizer, samples, MaxContextTokens)));

    /// <inheritdoc cref="BlockPool.Has"/>
    public bool HasBlocks(object claimant, int blocks) => _fileBlocks.Has(claimant, blocks);

    /// <summary>Sets KV blocks aside for a piece of a recording.</summary>
    public void TakeBlocks(int blocks) => _fileBlocks.Take(blocks);

    /// <inheritdoc cref="BlockPool.Forget"/>
    public void Forget(object claimant) => _fileBlocks.Forget(claimant);

    public void ReturnBlocks(int blocks) => _fileBlocks.Return(blocks);

    /// <summary>Refuses pieces that could never be decoded.</summary>
    /// <exception cref="AsrException">They are too long for the KV cache or the model.</exception>
    public void CheckPiece(Recognizer recognizer, TimeSpan maxSegment)
    {
        int samples = (int)((maxSegment + TimeSpan.FromSeconds(5)).TotalSeconds * Resampler.OutputRate);
        int positions = PositionsFor(recognizer, samples, MaxContextTokens);
        int room = Math.Min(_cachePositions, recognizer.Runner.Config.Text.MaxPositions);
        if (positions <= room) return;
        throw new AsrException(
            AsrFailure.InvalidOptions, $"max_segment: {maxSegment.TotalSeconds:0.###} s may need {positions} positions; at most {room} here.")
        {
            Field = "max_segment",
        };
    }

    private static int PositionsFor(Recognizer recognizer, int samples, int contextTokens)
    {
        int prompt = recognizer.Format.Build(
            new DecodingConfig { Language = Transcripts.LanguageCatalog.All[0] },
            recognizer.Runner.Config.Audio.AudioTokens(samples / 160)).Length;
        return prompt + LongestName + contextTokens + DecodingConfig.Default.TokenBudget(samples);
    }
}
