using AsrService.Models;
using AsrService.Models.Configuration;

namespace AsrService.Engine.Decoding;

/// <summary>The text side of one segment on its way from samples to transcript: decides what to run next, runs nothing itself.</summary>
/// <remarks>
/// <code>
/// new ──▶ silent ──────────────────────────────────▶ done
///   └──▶ decoding ──Accept: end id, loop or budget──▶ done
/// </code>
/// It reads no clock and knows nothing of other segments, so its result is a function of samples and config alone.
/// </remarks>
public sealed class SegmentDecoding
{
    private const float DoubtfulProbability = 0.6f; // mean over the text tokens, below which text over a steady level is not believed

    private const float LowConfidence = 0.5f; // geometric mean over the text tokens; calibrated later

    private readonly PromptFormat _format;
    private readonly DecodingConfig _config;
    private readonly SpeechEvidence _evidence;
    private readonly int _budget;
    private readonly List<int> _ids = [];
    private readonly List<float> _logProbabilities = [];
    private readonly IReadOnlyList<int> _draft;
    private readonly LanguageConstraint? _constraint;
    private int _loopEnd = -1;

    /// <summary>Begins to decode a clip.</summary>
    /// <param name="evidence">What its samples say.</param>
    /// <param name="samples">How many they are.</param>
    /// <param name="audioTokens">Rows that the encoder gives for them.</param>
    /// <param name="config">What the caller chose.</param>
    /// <param name="format">Prompt of the model.</param>
    /// <param name="model">Sizes of the model.</param>
    /// <param name="draft">An answer that may turn out the same; it saves time and changes nothing.</param>
    /// <exception cref="ModelFaultException">The prompt alone has more positions than the model.</exception>
    public SegmentDecoding(
        SpeechEvidence evidence, int samples, int audioTokens, DecodingConfig config, PromptFormat format, ModelConfig model,
        IReadOnlyList<int>? draft = null)
    {
        (_format, _config, _evidence, _draft) = (format, config, evidence, draft ?? []);
        PromptIds = [];
        IsDone = config.ForcedTokens is null && evidence.IsSilent;
        if (IsDone) return;

        PromptIds = format.Build(config, audioTokens);
        int limit = model.Text.MaxPositions, room = limit - PromptIds.Length;
        if (room < 1) throw new ModelFaultException($"the prompt has {PromptIds.Length} positions; the model has {limit}");
        _budget = Math.Min(config.TokenBudget(samples), room);
        _constraint = config.ForcedTokens is null ? format.ConstraintOf(config) : null;
    }

    /// <summary>The prompt, with an audio token for every row of the encoder.</summary>
    public int[] PromptIds { get; }

    /// <summary>Positions the segment may take in the KV cache; none for silence.</summary>
    public int MaxPositions => PromptIds.Length + _budget;

    /// <summary>Whether the transcript is complete.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The id to be appended next.</summary>
    public int LastId => _ids[^1];

    /// <summary>Text tokens decoded so far.</summary>
    public int TokenCount => _ids.Count;

    /// <summary>Ids that the next prediction is chosen among; null for all.</summary>
    public IReadOnlyList<int>? Allowed => _constraint?.After(_ids);

    /// <summary>
    /// Ids worth appending unseen behind those decoded, for the predictions after them to confirm or refute; empty
    /// once the draft was refuted, and while <see cref="Allowed"/> restricts.
    /// </summary>
    public IEnumerable<int> Draft =>
        _isDraftRefuted || _config.ForcedTokens is not null || Allowed is not null || _ids.Count >= _draft.Count
            ? []
            : _draft.Skip(_ids.Count).Take(_budget - _ids.Count - 1);

    /// <summary>Takes the prediction after the newest position.</summary>
    /// <exception cref="ModelFaultException">The model's numbers are not numbers.</exception>
    public void Accept(Prediction prediction)
    {
        if (float.IsNaN(prediction.LogProbability)) throw new ModelFaultException($"the model computed NaN after {_ids.Count} tokens");
        if (_config.ForcedTokens is null && _format.EndIds.Contains(prediction.Id))
        {
            IsDone = true;
            return;
        }

        _isDraftRefuted |= _ids.Count >= _draft.Count || _draft[_ids.Count] != prediction.Id;
        _ids.Add(prediction.Id);
        _logProbabilities.Add(prediction.LogProbability);
        if (_config.ForcedTokens is null) _loopEnd = RepetitionGuard.FindLoop(_ids);
        IsTruncated = _loopEnd < 0 && _ids.Count == _budget;
        IsDone = _loopEnd >= 0 || IsTruncated;
    }

    /// <summary>The transcript of a segment that is done.</summary>
    public SegmentResult Finish(StageTimes times)
    {
        var kept = _ids.Take(_loopEnd >= 0 ? _loopEnd : _ids.Count).ToArray();
        var (language, text) = _format.Parse(kept, _config);
        if (_loopEnd >= 0 || IsTruncated) text = text.TrimEnd('\uFFFD'); // the cut may lie within a character's bytes
        var remarks = RemarksOf(text);
        bool isDropped = (remarks & (SegmentRemarks.NonSpeech | SegmentRemarks.ContextEcho)) != 0;
        return new SegmentResult
        {
            Language = isDropped && _config.Language is null ? "" : language,
            Text = isDropped ? "" : text,
            PromptIds = PromptIds,
            TokenIds = [.. _ids],
            TokenProbabilities = [.. _logProbabilities.Select(MathF.Exp)],
            Remarks = remarks,
            Times = times,
        };
    }

    private bool IsTruncated { get; set; }

    private bool _isDraftRefuted;

    private SegmentRemarks RemarksOf(string text)
    {
        var remarks = SegmentRemarks.None;
        if (_config.ForcedTokens is not null) return remarks;
        if (IsTruncated) remarks |= SegmentRemarks.Truncated;
        if (_loopEnd >= 0) remarks |= SegmentRemarks.RepetitionCut;
        if (_evidence.IsClipped) remarks |= SegmentRemarks.ClippedAudio;
        if (text.Length == 0 || (_evidence.IsSteady && MeanProbability() < DoubtfulProbability)) remarks |= SegmentRemarks.NonSpeech;
        else if (ContextEcho.IsEcho(text, _config.Context, _evidence)) remarks |= SegmentRemarks.ContextEcho;
        else if (LogConfidence() < MathF.Log(LowConfidence)) remarks |= SegmentRemarks.LowConfidence;
        return remarks;
    }

    private float LogConfidence()
    {
        int start = _format.TextStart(_ids);
        return start == _ids.Count ? 0 : _logProbabilities.Skip(start).Average();
    }

    private float MeanProbability()
    {
        int start = _format.TextStart(_ids);
        return start == _ids.Count ? 1 : _logProbabilities.Skip(start).Average(MathF.Exp);
    }
}

/// <summary>The model failed on a segment; other segments are not affected.</summary>
public sealed class ModelFaultException(string message) : Exception(message);
