using System.Diagnostics.Metrics;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Diagnostics;

/// <summary>What the engine counts and times, as instruments of the meter <c>Asr.Transcriber</c>. Holds nobody's words.</summary>
/// <remarks>Every label has few values. Thread-safe; nobody who measures waits for who reads.</remarks>
public sealed partial class EngineMetrics : IStageMetrics, IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Asr.Transcriber";

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly KeyValuePair<string, object?> _model;
    private readonly Counter<long> _refreshes, _skipped, _suppressed, _shown, _rewritten, _violated, _reencoded, _draft, _generated;
    private readonly Counter<long> _prompt, _cacheHits, _cacheMisses, _detected, _faults;
    private readonly Counter<double> _transcribed, _speech;
    private readonly StageInstruments _stages;
    private readonly Histogram<float> _wordConfidence;

    /// <summary>Instruments for one engine.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="time">Clock of the latencies; null for the system's.</param>
    /// <param name="scope">Of the meter: who hosts the engine, for listeners that listen to one of several; null for nobody.</param>
    public EngineMetrics(string model, TimeProvider? time = null, object? scope = null)
    {
        _meter = new Meter(MeterName, version: null, tags: null, scope);
        _time = time ?? TimeProvider.System;
        _model = new("model", model);
        _refreshes = Count("asr.refreshes", "{refresh}", "Refresh points taken.");
        _skipped = Count("asr.refreshes.skipped", "{refresh}", "Refresh points skipped because a later one was at hand.");
        _suppressed = Count("asr.suppressed.results", "{result}", "Finals that a guard emptied or cut, by rule.");
        _shown = Count("asr.partial.words", "{word}", "Words shown in partials.");
        _rewritten = Count("asr.partial.words.rewritten", "{word}", "Words of a partial that the next one changed or dropped.");
        _violated = Count("asr.stable.words.violated", "{word}", "Stable words contradicted, by a partial (never) or a final.");
        _reencoded = Count("asr.encoder.windows.reencoded", "{window}", "Encoder windows encoded again because the segment's maximum rose.");
        _cacheHits = Count("asr.encoder.cache.hits", "{window}", "Encoder windows of a decoding that had been encoded before.");
        _cacheMisses = Count("asr.encoder.cache.misses", "{window}", "Encoder windows of a decoding that had to be encoded.");
        _prompt = Count("asr.prompt.tokens", "{token}", "Positions of prompts that were fed to the model, those kept from earlier excluded.");
        _draft = Count("asr.draft.tokens.confirmed", "{token}", "Draft tokens that verification confirmed.");
        _generated = Count("asr.generated.tokens", "{token}", "Text tokens of finals.");
        _faults = Count("asr.engine.faults", "{session}", "Live sessions and recordings that failed inside.");
        _detected = Count("asr.language.detected", "{result}", "Finals whose language was detected, by BCP-47 subtag.");
        _transcribed = _meter.CreateCounter<double>("asr.audio.transcribed", "s", "Audio covered by finals.");
        _speech = _meter.CreateCounter<double>("asr.audio.speech", "s", "Audio covered by finals in which the detector heard speech.");
        _stages = new StageInstruments(_meter);
        _gauges = new ModelGauges(_meter, _time, _model);
        _wordConfidence = _meter.CreateHistogram<float>(
            "asr.word.confidence", "1", "Confidence of finals' words.", null,
            new() { HistogramBucketBoundaries = [0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 0.95f, 0.99f, 1f] });
        (_firstPartialLatency, _partialLatency, _finalLatency, _endpointDelay, _lag, _duration) = Latencies();
        BeginAtZero();
    }

    void IStageMetrics.Begun(TimeSpan wait) => _stages.Waited(Stages[0], wait);

    void IStageMetrics.Waited(ModelStage stage, TimeSpan wait) => _stages.Waited(Stages[1 + (int)stage], wait);

    void IStageMetrics.StageRun(ModelStage stage, int sequences, TimeSpan elapsed) =>
        _stages.Ran(Stages[1 + (int)stage], sequences, elapsed);

    /// <summary>A decoding has ended, well or not.</summary>
    internal void JobEnded(DecodeJob job)
    {
        AddIfAny(_draft, job.ConfirmedDraft);
        AddIfAny(_prompt, job.FedPromptTokens);
        AddIfAny(_cacheHits, job.ReusedWindows);
        AddIfAny(_cacheMisses, job.EncodedWindows);
    }

    /// <summary>A partial was made.</summary>
    internal void PartialMade(int words, int rewritten, int violated, Language? language)
    {
        var tag = new KeyValuePair<string, object?>("language", language?.Code ?? "und");
        _shown.Add(words, _model, tag);
        _rewritten.Add(rewritten, _model, tag);
        if (violated == 0) return;
        _violated.Add(violated, _model, new("by", "partial"));
        Interlocked.Add(ref _violatedByPartials, violated);
    }

    /// <summary>A final was made.</summary>
    /// <param name="result">Its decoding.</param>
    /// <param name="audio">What it covers.</param>
    /// <param name="activity">Whether there was speech in each 10 ms of it.</param>
    /// <param name="contradicted">Stable words that it changed.</param>
    /// <param name="reencodedWindows">Encoder windows that it had encoded again.</param>
    /// <param name="detected">The language it detected; null where none was, or it was forced.</param>
    internal void FinalMade(
        SegmentResult result, TimeSpan audio, bool[] activity, int contradicted = 0, int reencodedWindows = 0, Language? detected = null)
    {
        _transcribed.Add(audio.TotalSeconds, _model);
        Interlocked.Add(ref _transcribedTicks, audio.Ticks);
        _speech.Add(activity.AsSpan().Count(true) * 0.01, _model);
        AddIfAny(_generated, result.TokenIds.Count);
        if (contradicted > 0) _violated.Add(contradicted, _model, new("by", "final"));
        AddIfAny(_reencoded, reencodedWindows);
        if (detected is not null) _detected.Add(1, new KeyValuePair<string, object?>("language", detected.Code));
        foreach (var (remark, rule) in Rules)
        {
            if (result.Remarks.HasFlag(remark)) _suppressed.Add(1, _model, new("rule", rule));
        }
    }

    /// <summary>A final's word.</summary>
    internal void WordMade(float confidence) => _wordConfidence.Record(confidence, _model);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static readonly (SegmentRemarks Remark, string Rule)[] Rules =
    [
        (SegmentRemarks.NonSpeech, "non_speech"), (SegmentRemarks.RepetitionCut, "repetition"),
        (SegmentRemarks.ContextEcho, "context_echo"), (SegmentRemarks.Truncated, "token_budget"),
    ];

    /// <summary>A counter that first appears with its first count hides that count from whoever asks for its growth.</summary>
    private void BeginAtZero()
    {
        foreach (var counter in new[] { _refreshes, _skipped, _reencoded, _cacheHits, _cacheMisses, _prompt, _draft, _generated })
            counter.Add(0, _model);
        foreach (string by in new[] { "partial", "final" }) _violated.Add(0, _model, new("by", by));
        foreach (var (_, rule) in Rules) _suppressed.Add(0, _model, new("rule", rule));
        foreach (string mode in SessionLoad.Modes) _faults.Add(0, _model, new("mode", mode));
        _transcribed.Add(0, _model);
        _speech.Add(0, _model);
    }

    private void AddIfAny(Counter<long> counter, long count)
    {
        if (count > 0) counter.Add(count, _model);
    }

    private Counter<long> Count(string name, string unit, string description) =>
        _meter.CreateCounter<long>(name, unit, description);

    private Histogram<double> Time(string name, string description, double[] buckets) =>
        _meter.CreateHistogram<double>(name, "s", description, null, new() { HistogramBucketBoundaries = buckets });
}
