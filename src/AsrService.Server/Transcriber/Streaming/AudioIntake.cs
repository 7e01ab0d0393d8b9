using AsrService.Audio;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>New sample frames of a session, as the engine takes them.</summary>
/// <param name="Count">Sample frames.</param>
/// <param name="Samples">Their samples, interleaved, until the next call; empty where they are silence.</param>
/// <param name="Bytes">The same as they came; empty where they are silence.</param>
/// <param name="ReachesLimit">Whether more was sent than the session may hold.</param>
internal readonly record struct IntakeFrames(
    long Count, ReadOnlyMemory<float> Samples, ReadOnlyMemory<byte> Bytes, bool ReachesLimit);

/// <summary>
/// Checks and decodes the audio of a session and keeps count of it: what was there already is left out, a gap is
/// refused. Does no I/O. Not thread-safe.
/// </summary>
/// <param name="format">Of all audio.</param>
/// <param name="limits">Of messages and sessions.</param>
/// <param name="resumedAt">The sequence from which a resumed session is sent again, and then must begin with; null for a new one.</param>
internal sealed class AudioIntake(RawFormat format, LimitOptions limits, long? resumedAt = null)
{
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(30);

    private readonly long _maxFrames = (resumedAt ?? 0) + ExactDuration.Frames(limits.MaxSession.Ticks * (Int128)100, format.SampleRate);
    private float[] _samples = [];
    private bool _needsSequence = resumedAt is not null;

    /// <summary>The sequence expected next: sample frames taken in.</summary>
    public long Next { get; private set; } = resumedAt ?? 0;

    /// <summary>Sample frames taken in by this call.</summary>
    public long Taken => Next - (resumedAt ?? 0);

    /// <exception cref="Grpc.Core.RpcException">Too long, torn, not finite, or a gap.</exception>
    public IntakeFrames Take(V1.AudioChunk chunk)
    {
        int bytes = chunk.Data.Length;
        if (bytes > limits.MaxAudioMessageBytes)
            throw Bad("audio.data", $"{bytes} bytes are more than {limits.MaxAudioMessageBytes}.");
        if (bytes % format.FrameBytes != 0)
            throw Bad("audio.data", $"{bytes} bytes are not whole sample frames of {format.FrameBytes} bytes.");
        if (bytes == 0) return default; // only proves life

        long frames = bytes / format.FrameBytes;
        long known = Overlap(chunk.HasSequence ? chunk.Sequence : null, frames, "audio.sequence");
        return Decode(chunk.Data.Memory, known, frames - known);
    }

    /// <summary>Takes what an earlier call had taken.</summary>
    public IntakeFrames Take(KeptPiece kept)
    {
        long known = Math.Min(kept.Frames, Next - kept.Start);
        return kept.Sound.IsEmpty ? TakeSilence(kept.Frames - known) : Decode(kept.Sound, known, kept.Frames - known);
    }

    /// <exception cref="Grpc.Core.RpcException">The duration is out of its range, or a gap.</exception>
    public IntakeFrames Take(V1.Silence silence)
    {
        var duration = silence.Duration ?? throw Bad("silence.duration", $"is missing.");
        if (ExactDuration.Nanos(duration) is not { } nanos || nanos <= 0 || nanos > MaxSilence.Ticks * (Int128)100)
        {
            throw Bad(
                "silence.duration", $"{ExactDuration.Text(duration)} is not above 0 and at most {ExactDuration.Text(MaxSilence)}.");
        }

        long frames = ExactDuration.Frames(nanos, format.SampleRate);
        if (frames == 0) throw Bad("silence.duration", $"{ExactDuration.Text(duration)} is less than one sample frame.");
        long known = Overlap(silence.HasSequence ? silence.Sequence : null, frames, "silence.sequence");
        return TakeSilence(frames - known);
    }

    private IntakeFrames TakeSilence(long frames)
    {
        var (count, reachesLimit) = Advance(frames);
        return new IntakeFrames(count, default, default, reachesLimit);
    }

    /// <summary>How many of a message's sample frames are there already.</summary>
    private long Overlap(ulong? sequence, long frames, string field)
    {
        if (_needsSequence && sequence is null) throw Bad(field, $"is missing; the first audio after a resume has it.");
        _needsSequence = false;
        if (sequence is not { } first) return 0;
        if (first > (ulong)Next) throw Refusals.SequenceGap(Next, first);
        return Math.Min(frames, Next - (long)first);
    }

    private (long Count, bool ReachesLimit) Advance(long frames)
    {
        long count = Math.Min(frames, _maxFrames - Next);
        Next += count;
        return (count, count < frames);
    }

    private IntakeFrames Decode(ReadOnlyMemory<byte> data, long skip, long frames)
    {
        var (taken, reachesLimit) = Advance(frames);
        int count = (int)taken * format.Channels;
        if (_samples.Length < count) _samples = new float[count];
        var samples = _samples.AsSpan(0, count);
        var bytes = data.Slice((int)skip * format.FrameBytes, (int)taken * format.FrameBytes);
        PcmDecoder.Decode(format.Encoding, bytes.Span, samples);
        if (PcmDecoder.IsFloat(format.Encoding)) CheckFloats(samples, (int)skip);
        return new IntakeFrames(taken, _samples.AsMemory(0, count), bytes, reachesLimit);
    }

    private void CheckFloats(Span<float> samples, int skipped)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            float sample = samples[i];
            if (MathF.Abs(sample) <= 1) continue;
            if (!float.IsFinite(sample))
            {
                int frame = skipped + (i / format.Channels);
                throw Bad("audio.data", $"sample frame {frame} of channel {i % format.Channels} is not a finite number.");
            }

            samples[i] = Math.Clamp(sample, -1, 1); // the segment's quality flags say so
        }
    }

    private static Grpc.Core.RpcException Bad(string field, FormattableString description) =>
        Refusals.BadValue(field, FormattableString.Invariant(description));
}
