using AsrService.Engine.Decoding;
using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Sessions;

/// <summary>What a decoding's result says beyond its text: language, words, times, confidence.</summary>
internal sealed class SegmentTranscript
{
    private readonly Recognizer _recognizer;
    private readonly bool[] _activity;
    private readonly TimeSpan _start;
    private readonly float[] _probabilities; // of the text tokens

    /// <summary>Reads a result.</summary>
    /// <param name="result">Of the decoding.</param>
    /// <param name="config">That it had.</param>
    /// <param name="recognizer">That made it.</param>
    /// <param name="activity">Speech flags of the clip's hops.</param>
    /// <param name="start">Offset of the clip's first sample.</param>
    public SegmentTranscript(
        SegmentResult result, DecodingConfig config, Recognizer recognizer, bool[] activity, TimeSpan start)
    {
        (Result, _recognizer, _activity, _start) = (result, recognizer, activity, start);
        int textStart = config.Language is null ? recognizer.Format.TextStart(result.TokenIds) : 0;
        TextIds = [.. result.TokenIds.Skip(textStart)];
        _probabilities = [.. result.TokenProbabilities.Skip(textStart)];
        IsLanguageDetected = config.Language is null;
        Language = config.Language ?? (LanguageCatalog.TryResolve(result.Language, out var found) ? found : null);
        Words = TextWords.Split(result.Text);
        Timeline = WordTimes.Estimate(Words, activity, activity.Length);
        if (IsLanguageDetected && Language is not null) LanguageProbability = ProbabilityOfLanguage();
    }

    public SegmentResult Result { get; }

    /// <summary>Speech flags of the clip's hops.</summary>
    public bool[] Activity => _activity;

    public int[] TextIds { get; }

    public bool IsLanguageDetected { get; }

    public Language? Language { get; }

    public float? LanguageProbability { get; }

    public float? Confidence => Words.Count == 0 ? null : TokenConfidence.OfText(_probabilities);

    public TextWords Words { get; }

    public WordTimeline Timeline { get; }

    public IReadOnlyList<TranscriptWord> FinalWords() =>
        TranscriptWords.Build(Words, Timeline.Times, Confidences(Words), Words.Count, _start);

    /// <summary>The words shown, which need not be the hypothesis's.</summary>
    public IReadOnlyList<TranscriptWord> PartialWords(PartialText shown)
    {
        var times = WordTimes.Estimate(shown.Words, _activity, _activity.Length).Times;
        return TranscriptWords.Build(shown.Words, times, Confidences(shown.Words), shown.StableCount, _start);
    }

    private IReadOnlyList<float?> Confidences(TextWords words) =>
        TokenConfidence.OfWords(_recognizer.Tokenizer, TextIds, _probabilities, words);

    private float ProbabilityOfLanguage()
    {
        float probability = 1;
        var (start, length) = _recognizer.Format.LanguageRange(Result.TokenIds).GetOffsetAndLength(Result.TokenIds.Count);
        for (int i = start; i < start + length; i++) probability *= Result.TokenProbabilities[i];
        return probability;
    }
}
