using static AsrService.Audio.SegmentationEventKind;

namespace AsrService.Audio.Tests;

/// <summary>Runs a segmenter over samples and keeps what it says.</summary>
internal sealed class Segmentation
{
    public List<SegmentationEvent> Events { get; } = [];

    public List<bool> Activity { get; } = [];

    public required SpeechSegmenter Segmenter { get; init; }

    public List<(long Start, long End)> Segments { get; } = [];

    /// <summary>Whole samples, then <see cref="SpeechSegmenter.Complete"/>.</summary>
    /// <param name="samples">The audio.</param>
    /// <param name="detector">Null for the default one.</param>
    /// <param name="options">Null for the default ones.</param>
    /// <param name="chunk">Gives the length of the next chunk; null for 200 ms.</param>
    /// <param name="calls">What to do at some samples, in order.</param>
    public static Segmentation Of(
        ReadOnlySpan<float> samples, IVoiceActivityDetector? detector = null, EndpointingOptions? options = null,
        Func<int>? chunk = null, params ReadOnlySpan<(int At, Action<SpeechSegmenter> Call)> calls)
    {
        var run = new Segmentation { Segmenter = new SpeechSegmenter(options ?? new EndpointingOptions(), detector) };
        int position = 0;
        foreach (var (at, call) in calls)
        {
            run.Append(samples[position..at], chunk);
            call(run.Segmenter);
            position = at;
        }

        run.Append(samples[position..], chunk);
        run.Segmenter.Complete();
        run.Read();
        return run;
    }

    public static (int At, Action<SpeechSegmenter> Call) FinalizeAt(int at) =>
        (at, segmenter => segmenter.FinalizeSegment());

    public static (int At, Action<SpeechSegmenter> Call) UpdateAt(int at, EndpointingOptions options) =>
        (at, segmenter => segmenter.Update(options));

    public void Read()
    {
        Segmenter.TakeActivity(Activity);
        while (Segmenter.TryRead(out var e))
        {
            Events.Add(e);
            if (e.Kind == SegmentBegan) Segments.Add((e.At, -1));
            if (e.Kind == SegmentEnded) Segments[^1] = Segments[^1] with { End = e.At };
        }
    }

    private void Append(ReadOnlySpan<float> samples, Func<int>? chunk)
    {
        while (!samples.IsEmpty)
        {
            int count = Math.Min(samples.Length, chunk?.Invoke() ?? 3200);
            Segmenter.Append(samples[..count]);
            samples = samples[count..];
            Read();
        }
    }
}
