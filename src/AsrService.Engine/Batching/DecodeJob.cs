using AsrService.Engine.Decoding;
using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine.Batching;

/// <summary>One decoding of a clip on its way through the batch; what it answers depends on the clip and the config alone.</summary>
/// <remarks>
/// <code>
/// Encoding ──Attach──▶ Prefilling ──positions fed, draft confirmed or refuted──▶ Decoding ──▶ finished
/// </code>
/// Belongs to the thread that owns the model.
/// </remarks>
public sealed class DecodeJob : ModelJob
{
    private static readonly int[] FirstOutput = [0];

    private readonly List<int> _pending = []; // ids to be appended
    private readonly List<int> _outputs = [];
    private readonly Clip _clip;
    private readonly DecodingConfig _config;
    private readonly PromptFormat _format;
    private readonly IModelRunner _runner;
    private readonly bool _isExact;
    private readonly bool _ownsClip;
    private readonly SegmentDecoding _decoding;
    private readonly int[] _oneId = new int[1];
    private List<PendingWindow>? _missing;
    private int _confirmed; // positions of the sequence that belong to prompt and answer
    private StageTimes _times;

    internal DecodeJob(
        Recognizer recognizer, Clip clip, DecodingConfig config, bool isExact, bool ownsClip, IReadOnlyList<int>? draft = null)
    {
        (_runner, _format) = (recognizer.Runner, recognizer.Format);
        (_clip, _config, _isExact, _ownsClip) = (clip, config, isExact, ownsClip);
        _decoding = new SegmentDecoding(
            clip.Evidence, clip.SampleCount, clip.AudioTokens, config, _format, _runner.Config, draft);
    }

    /// <summary>Text tokens decoded so far.</summary>
    public int TokenCount => _decoding.TokenCount;

    /// <inheritdoc/>
    public override int MaxPositions => _decoding.MaxPositions;

    /// <summary>The prompt.</summary>
    public IReadOnlyList<int> PromptIds => _decoding.PromptIds;

    /// <summary>Draft ids that were confirmed.</summary>
    public int ConfirmedDraft { get; private set; }

    /// <summary>Positions of the prompt that had to be fed.</summary>
    internal int FedPromptTokens { get; private set; }

    /// <summary>Encoder windows that had to be encoded, so far.</summary>
    internal int EncodedWindows { get; private set; }

    /// <summary>Encoder windows that an earlier decoding of the clip had encoded.</summary>
    internal int ReusedWindows { get; private set; }

    /// <inheritdoc/>
    public override bool IsFinished => _decoding.IsDone || Fault is not null;

    internal override bool NeedsEncoding => !IsFinished && _clip.Windows.Count == 0;

    internal override bool NeedsPrefill => !IsFinished && _clip.Windows.Count > 0 && !IsDecoding;

    internal override bool IsDecoding => !IsFinished && _confirmed >= _decoding.PromptIds.Length && _pending.Count == 1;

    internal override int PendingPositions => _pending.Count;

    internal override IReadOnlyList<PendingWindow> MissingWindows => _missing ??= TakeMissing();

    private protected override void Attach(AudioEmbeddings[] encoded, TimeSpan encoderTime)
    {
        _clip.Attach(MissingWindows, encoded);
        (EncodedWindows, ReusedWindows) = (encoded.Length, _clip.Windows.Count - encoded.Length);
        _missing = null;
        _clip.OpenSequence(_format.HeadLength(_config));
        _confirmed = _clip.KeptPositions;
        FedPromptTokens = _decoding.PromptIds.Length - _confirmed;
        _pending.AddRange(_decoding.PromptIds.AsSpan(_confirmed));
        _pending.AddRange(_decoding.Draft);
        _times = _times with { Encoder = encoderTime };
    }

    internal override Extension Next(int positions)
    {
        if (IsDecoding)
        {
            _oneId[0] = _pending[0];
            return new Extension(_clip.Sequence, _oneId, FirstOutput, Allowed: _decoding.Allowed);
        }

        positions = Math.Min(positions, _pending.Count);
        int firstOutput = Math.Max(0, _decoding.PromptIds.Length - 1 - _confirmed);
        _outputs.Clear();
        for (int i = firstOutput; i < positions; i++) _outputs.Add(i);
        int audioBefore = Math.Clamp(_confirmed - _format.HeadLength(_config), 0, _clip.AudioTokens);
        return new Extension(
            _clip.Sequence, _pending.GetRange(0, positions).ToArray(), _outputs.ToArray(),
            _confirmed < _decoding.PromptIds.Length ? _clip.Windows : null, audioBefore,
            positions == _pending.Count ? _decoding.Allowed : null);
    }

    internal override void Accept(int positions, ReadOnlySpan<Prediction> predictions, TimeSpan time)
    {
        bool wasDecoding = IsDecoding;
        _times = wasDecoding ? _times with { Decode = _times.Decode + time } : _times with { Prefill = _times.Prefill + time };
        try
        {
            if (Confirm(positions, predictions)) return; // all of it stands, and more is pending
            _pending.Clear();
            if (_decoding.IsDone) return;
            _runner.Truncate(_clip.Sequence, _confirmed);
            _pending.Add(_decoding.LastId);
            _pending.AddRange(_decoding.Draft);
        }
        catch (ModelFaultException fault)
        {
            Fault = fault;
        }
    }

    /// <summary>The transcript; once finished without a fault.</summary>
    internal SegmentResult Finish() => _decoding.Finish(_times);

    /// <summary>Gives back what the next decoding of the clip cannot use.</summary>
    private protected override void Free()
    {
        if (_ownsClip) _clip.Dispose();
        else if (_clip.Sequence >= 0) _clip.Keep(_format.HeadLength(_config));
    }

    private List<PendingWindow> TakeMissing()
    {
        var missing = _clip.TakeMissing(_isExact);
        _times = _times with { Mel = _times.Mel + _clip.TakeFeatureTime() };
        return missing;
    }

    /// <returns>Whether every appended position is confirmed and further ones are pending.</returns>
    private bool Confirm(int positions, ReadOnlySpan<Prediction> predictions)
    {
        int unpredicted = positions - predictions.Length;
        _confirmed += unpredicted;
        for (int i = 0; i < predictions.Length; i++)
        {
            _confirmed++;
            _decoding.Accept(predictions[i]);
            if (_decoding.IsDone) return false;
            int next = unpredicted + i + 1;
            if (next == _pending.Count || _pending[next] != _decoding.LastId) return false;
            ConfirmedDraft++;
        }
        _pending.RemoveRange(0, positions);
        return true;
    }
}
