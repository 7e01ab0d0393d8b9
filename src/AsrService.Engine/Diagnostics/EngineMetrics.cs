using System.Diagnostics.Metrics;
using AsrService.Engine.Decoding;

namespace AsrService.Engine.Diagnostics;

/// <summary>What the engine counts and times, as instruments of the meter <c>Asr.Transcriber</c>. Holds nobody's words.</summary>
public sealed class EngineMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Asr.Transcriber";

    private readonly Meter _meter = new(MeterName);
    private readonly KeyValuePair<string, object?> _model;
    private readonly Counter<long> _refreshes, _skipped, _suppressed, _shown, _rewritten, _violated, _reencoded, _draft, _generated;
    private readonly Counter<double> _transcribed;
    private readonly Histogram<double> _stepTime;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<float> _wordConfidence;

    /// <summary>Instruments for one model.</summary>
    public EngineMetrics(string model)
    {
        _model = new("model", model);
        _refreshes = _meter.CreateCounter<long>("asr.refreshes", "{refresh}", "Refresh points taken.");
        _skipped = _meter.CreateCounter<long>("asr.refreshes.skipped", "{refresh}", "Refresh points skipped because a later one was at hand.");
        _suppressed = _meter.CreateCounter<long>("asr.suppressed.results", "{result}", "Finals that a guard emptied or cut, by rule.");
        _shown = _meter.CreateCounter<long>("asr.partial.words", "{word}", "Words shown in partials.");
        _rewritten = _meter.CreateCounter<long>("asr.partial.words.rewritten", "{word}", "Words of a partial that the next one changed or dropped.");
        _violated = _meter.CreateCounter<long>("asr.stable.words.violated", "{word}", "Stable words contradicted, by a partial (never) or a final.");
        _reencoded = _meter.CreateCounter<long>("asr.encoder.windows.reencoded", "{window}", "Encoder windows encoded again because the segment's maximum rose.");
        _draft = _meter.CreateCounter<long>("asr.draft.tokens.confirmed", "{token}", "Draft tokens that verification confirmed.");
        _generated = _meter.CreateCounter<long>("asr.generated.tokens", "{token}", "Text tokens of finals.");
        _transcribed = _meter.CreateCounter<double>("asr.audio.transcribed", "s", "Audio covered by finals.");
        _stepTime = _meter.CreateHistogram<double>("asr.batch.duration", "s", "Time of a stage in a step.");
        _batchSize = _meter.CreateHistogram<int>("asr.batch.size", "{sequence}", "Sequences of a stage in a step.");
        _wordConfidence = _meter.CreateHistogram<float>("asr.word.confidence", "1", "Confidence of finals' words.");
    }

    /// <summary>A stage of a step has run.</summary>
    internal void StepRun(string stage, int sequences, TimeSpan elapsed)
    {
        var tag = new KeyValuePair<string, object?>("stage", stage);
        _stepTime.Record(elapsed.TotalSeconds, tag);
        _batchSize.Record(sequences, tag);
    }

    /// <summary>A refresh point was taken, after others had been skipped.</summary>
    internal void RefreshTaken(long skipped)
    {
        _refreshes.Add(1, _model);
        if (skipped > 0) _skipped.Add(skipped, _model);
    }

    /// <summary>A partial was made.</summary>
    internal void PartialMade(int words, int rewritten, int violated)
    {
        _shown.Add(words, _model);
        if (rewritten > 0) _rewritten.Add(rewritten, _model);
        if (violated > 0) _violated.Add(violated, _model, new("by", "partial"));
    }

    /// <summary>A final was made.</summary>
    internal void FinalMade(SegmentResult result, TimeSpan audio, int contradicted, int reencodedWindows)
    {
        _transcribed.Add(audio.TotalSeconds, _model);
        _generated.Add(result.TokenIds.Count, _model);
        if (contradicted > 0) _violated.Add(contradicted, _model, new("by", "final"));
        if (reencodedWindows > 0) _reencoded.Add(reencodedWindows, _model);
        Count(result.Remarks, SegmentRemarks.NonSpeech, "non_speech");
        Count(result.Remarks, SegmentRemarks.RepetitionCut, "repetition");
        Count(result.Remarks, SegmentRemarks.ContextEcho, "context_echo");
        Count(result.Remarks, SegmentRemarks.Truncated, "token_budget");
    }

    /// <summary>A final's word.</summary>
    internal void WordMade(float confidence) => _wordConfidence.Record(confidence, _model);

    /// <summary>Draft tokens were confirmed.</summary>
    internal void DraftConfirmed(int tokens)
    {
        if (tokens > 0) _draft.Add(tokens, _model);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Count(SegmentRemarks remarks, SegmentRemarks rule, string name)
    {
        if (remarks.HasFlag(rule)) _suppressed.Add(1, _model, new("rule", name));
    }
}
