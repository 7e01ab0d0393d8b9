using AsrService.Audio;
using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;
using AsrService.Engine.StructuredTranscripts;

namespace AsrService.Cli.Output;

/// <summary>Transcribes recordings and aligns each segment as soon as it is decoded.</summary>
internal sealed class TimestampedRun(
    Recognizer recognizer, LoadedAligner aligner, RecordingOptions options, IReadOnlyList<string> paths, RunFacts facts)
{
    private readonly SegmentAligner _segments = new(recognizer, aligner.Aligner, options.Decoding);
    private readonly List<(int Source, DecodedSegment Segment)> _waiting = [];
    private readonly Dictionary<int, List<TimedSegment>> _timed = [];
    private readonly HashSet<int> _notAligned = [];
    private bool _isNoticeGiven;

    public int ExitCode { get; private set; } = ExitCodes.Done;

    /// <summary>Runs all files; output goes to stdout, in their order.</summary>
    public void Run(IReadOnlyList<Func<SpeechReader>> sources, string format, ProgressLine progress, CancellationToken cancellation) =>
        new RecordingTranscriber(recognizer, options).Run(
            sources,
            outcome => progress.Interleave(outcome.Source, () => Write(outcome, format)),
            progress.Report,
            cancellation,
            (source, segment) =>
            {
                _waiting.Add((source, segment));
                if (_waiting.Count >= options.BatchSize) AlignWaiting();
            });

    private void AlignWaiting()
    {
        var aligned = _segments.Align([.. _waiting.Select(one => one.Segment)]);
        for (int i = 0; i < aligned.Count; i++)
        {
            var (source, segment) = _waiting[i];
            if (!_timed.TryGetValue(source, out var timed)) _timed[source] = timed = [];
            var length = TimeSpan.FromTicks(segment.Samples.Length * (TimeSpan.TicksPerSecond / 16_000));
            timed.Add(TimedSegment.From(aligned[i], length));
            if (aligned[i].Fault is ModelFaultException fault) throw fault;
            if (!aligned[i].IsAligned) _notAligned.Add(source);
        }
        _waiting.Clear();
    }

    private void Write(RecordingOutcome outcome, string format)
    {
        string path = paths[outcome.Source], shown = OneLine.Of(path);
        if (outcome.Transcript is null)
        {
            bool isModel = outcome.Fault is ModelFaultException;
            Console.Error.WriteLine(OneLine.Of(isModel ? $"{path}: {outcome.Fault!.Message}." : outcome.Fault!.Message));
            ExitCode = Math.Max(ExitCode, isModel ? ExitCodes.ModelFault : ExitCodes.BadInput);
            return;
        }

        AlignWaiting();
        GiveNotices();
        _timed.Remove(outcome.Source, out var segments);
        segments?.Sort((a, b) => a.Start.CompareTo(b.Start));
        string prefix = paths.Count == 1 ? "" : $"{shown}: ";
        Console.Out.Write(TimestampedOutput.Of(format, path, prefix, outcome.Transcript.Duration, segments ?? []));
        Console.Out.Flush();
        if (outcome.Transcript.IsTruncated)
            Console.Error.WriteLine($"Warning: {shown}: the token budget ended the text; raise --max-new-tokens.");
        if (_notAligned.Remove(outcome.Source))
            Console.Error.WriteLine($"Warning: {shown}: some segments could not be aligned; their times are estimated.");
    }

    private void GiveNotices()
    {
        if (_isNoticeGiven) return;
        _isNoticeGiven = true;
        if (facts.Notice is not null) Console.Error.WriteLine(OneLine.Of($"{facts.Model}: {facts.Notice}"));
        if (aligner.Notice is not null) Console.Error.WriteLine(OneLine.Of($"{aligner.Aligner.Runner.Name}: {aligner.Notice}"));
    }
}
