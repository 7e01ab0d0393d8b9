using AsrService.Audio;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Sessions;

/// <summary>Makes a channel's decodings and turns their results into partials and finals.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
internal sealed class LiveResults(
    TranscriptionSession session, int channel, SessionOptions options, LanguageMemory memory)
{
    private LanguageMemory _memory = memory;
    private LanguageMemory _published = memory; // without a final that is held back
    private ResultEvent? _held; // the final before a forced cut, until the next part is heard

    private LanguageSwitchedEvent? _heldSwitch; // which comes behind it

    /// <summary>First sample of the segment whose final is held back; null for none.</summary>
    public long? HeldFrom => Volatile.Read(ref _held) is { } held ? held.Start.Ticks / SampleTime.Ticks : null;

    /// <summary>The segment whose final is held back; null for none. Guarded by the session's lock.</summary>
    public LiveSegment? HeldSegment { get; private set; }

    /// <summary>What the finals that are out taught. Guarded by the session's lock.</summary>
    public LanguageMemory Published => _published;

    /// <summary>Begins a segment's next refresh, or its final.</summary>
    public BatchWork Begin(
        LiveChannel source, LiveSegment segment, bool isFinal, WorkRank rank, bool[] activity, Action<LiveSegment, bool> finished)
    {
        var locked = _memory.LockOf(segment.Settings);
        var config = segment.Settings.ToDecodingConfig(locked ?? (isFinal ? null : segment.Languages.Decided));
        var job = new DecodeJob(
            session.Recognizer, segment.Clip!, config, isExact: isFinal, ownsClip: isFinal, Draft(segment, config));
        return new DecodeWork(source, job, rank, (result, fault) =>
        {
            session.Metrics.JobEnded(job);
            if (fault is not null)
            {
                PublishHeld(); // what is finished stays so
                session.Fail(fault);
                return;
            }
            var transcript = new SegmentTranscript(result!, config, session.Recognizer, activity, SampleTime.Of(segment.Start));
            if (isFinal) Finish(source, segment, transcript, finished);
            else Refresh(segment, transcript, finished);
        })
        {
            Span = EngineTracing.BeginDecoding(session.Span, segment, isFinal),
        };
    }

    /// <summary>The newest hypothesis as an answer to the next prompt.</summary>
    private List<int> Draft(LiveSegment segment, DecodingConfig config)
    {
        if (segment.Draft.Count == 0 && segment.DraftLanguage is null) return [];
        var draft = new List<int>();
        if (config.Language is null && segment.DraftLanguage is { } language)
            draft.AddRange(session.Recognizer.Format.AnswerPrefix(language));
        draft.AddRange(segment.Draft);
        return draft;
    }

    private void Refresh(LiveSegment segment, SegmentTranscript transcript, Action<LiveSegment, bool> finished)
    {
        segment.Draft = transcript.TextIds;
        segment.DraftLanguage = transcript.Language;
        if (transcript.IsLanguageDetected) segment.Languages.Accept(transcript.Language, transcript.LanguageProbability);

        var before = segment.Text.Shown;
        int violations = segment.Text.Violations;
        var timeline = transcript.Timeline;
        var shown = segment.Text.Accept(new Hypothesis(
            transcript.Words, transcript.Language, SampleTime.Of(segment.LastPoint - segment.Start), timeline.PauseBefore));
        session.Metrics.PartialMade(shown.Words.Count, shown.RewrittenCount, segment.Text.Violations - violations, transcript.Language);
        finished(segment, false);

        PublishHeld();
        if (shown.Words.Count == 0 && before.Words.Count == 0) return; // nothing is heard, and nothing was shown
        bool isForced = !transcript.IsLanguageDetected && segment.Languages.Decided is null;
        Publish(new ResultEvent(channel, segment.Index, ++segment.Revision, IsFinal: false)
        {
            StableText = shown.Stable,
            TentativeText = shown.Tentative,
            Start = SampleTime.Of(segment.Start),
            End = SampleTime.Of(segment.LastPoint),
            Language = isForced ? transcript.Language : segment.Languages.Decided,
            LanguageProbability = isForced ? null : segment.Languages.Probability,
            Words = options.Words ? transcript.PartialWords(shown) : [],
            Confidence = transcript.Confidence,
            Remarks = shown.Words.Count == 0 ? transcript.Result.Remarks : transcript.Result.Remarks & ~SegmentRemarks.NonSpeech,
            Times = transcript.Result.Times,
            Timing = segment.Timing,
        });
    }

    private void Finish(LiveChannel source, LiveSegment segment, SegmentTranscript transcript, Action<LiveSegment, bool> finished)
    {
        var comparison = segment.Text.CompareFinal(transcript.Result.Text);
        var length = SampleTime.Of(segment.End!.Value - segment.Start);
        session.Metrics.FinalMade(
            transcript.Result, length, transcript.Activity, comparison.ContradictedWords, segment.Clip!.ReencodedWindows,
            transcript.IsLanguageDetected ? transcript.Language : null);

        var final = new ResultEvent(channel, segment.Index, ++segment.Revision, IsFinal: true)
        {
            StableText = transcript.Result.Text,
            ReplacesStable = comparison.ReplacesStable,
            Start = SampleTime.Of(segment.Start),
            End = SampleTime.Of(segment.End!.Value),
            Language = transcript.Language,
            LanguageProbability = transcript.LanguageProbability,
            Words = options.Words ? transcript.FinalWords() : [],
            Confidence = transcript.Confidence,
            Remarks = transcript.Result.Remarks,
            Times = transcript.Result.Times,
            Timing = segment.Timing,
            Result = transcript.Result,
            Samples = options.Samples && transcript.Words.Count > 0 ? source.SamplesOf(segment) : default,
        };
        foreach (var word in final.Words)
        {
            if (word.Confidence is { } confidence) session.Metrics.WordMade(confidence);
        }
        PublishHeld();
        lock (session.Gate) // a final cursor behind the segment, or the end of the events, must not overtake its final
        {
            var before = _memory.Last;
            _memory = _memory.After(segment.Settings, transcript.Language);
            bool isHeld = segment.Reason == SegmentEndReason.MaxLength && !options.Interim.Disabled && source.HasNext;
            var switched = SwitchFrom(before, segment, transcript);
            if (isHeld) (_held, _heldSwitch, HeldSegment) = (final, switched, segment);
            else _published = _memory;
            finished(segment, true);
            if (!isHeld)
            {
                Publish(final);
                Publish(switched);
            }
        }
        session.CompleteIfDone();
    }

    /// <summary>The cursors of the final that was held back cover it.</summary>
    private void PublishHeld()
    {
        if (_held is not { } final) return;
        lock (session.Gate)
        {
            var switched = _heldSwitch;
            (_held, _heldSwitch, HeldSegment, _published) = (null, null, null, _memory);
            Publish(final);
            Publish(switched);
        }
    }

    /// <summary>What to say of a detected language that is not the one before; null for nothing.</summary>
    private LanguageSwitchedEvent? SwitchFrom(Language? before, LiveSegment segment, SegmentTranscript transcript) =>
        transcript is { IsLanguageDetected: true, Language: { } language } && before is not null && before != language
            ? new LanguageSwitchedEvent(channel, segment.Index, before, language)
            : null;

    private void Publish(SessionEvent? happened)
    {
        if (happened is not null) session.Publish(happened);
    }
}
