using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine.Alignment;

/// <summary>
/// One alignment on its way through the batch: encoder windows, then the prompt, whose slots are read off as they come.
/// What it answers depends on its request alone.
/// </summary>
/// <remarks>
/// <code>
/// Encoding ──Attach──▶ Prefilling ──last position fed──▶ finished
/// </code>
/// Belongs to the thread that owns the model.
/// </remarks>
public sealed class AlignmentJob : ModelJob
{
    private const int HeadLength = 1; // positions of the prompt before its first audio token

    private readonly IModelRunner _runner;
    private readonly AlignmentPrompt _prompt;
    private readonly AlignmentReading _reading;
    private readonly Prediction[] _predictions;
    private readonly int _audioTokens;
    private PendingWindow[] _missing;
    private AudioEmbeddings[] _windows = [];
    private int _sequence = -1;
    private int _fed;      // positions of the prompt
    private int _answered; // slots

    internal AlignmentJob(IModelRunner runner, AlignmentPrompt prompt, IEnumerable<EncoderWindow> windows, AlignmentReading reading)
    {
        (_runner, _prompt, _reading) = (runner, prompt, reading);
        _predictions = new Prediction[prompt.Slots.Length];
        _audioTokens = prompt.Ids.Count(id => id == runner.Config.AudioTokenId);
        _missing = [.. windows.Select((window, index) => new PendingWindow(index, window, 0, 0))];
    }

    /// <inheritdoc/>
    public override bool IsFinished => Fault is not null || _fed == _prompt.Ids.Length;

    /// <inheritdoc/>
    public override int MaxPositions => _prompt.Ids.Length;

    internal override bool NeedsEncoding => !IsFinished && _windows.Length == 0;

    internal override bool NeedsPrefill => !IsFinished && _windows.Length > 0;

    internal override int PendingPositions => _windows.Length == 0 ? 0 : _prompt.Ids.Length - _fed;

    internal override IReadOnlyList<PendingWindow> MissingWindows => _missing;

    private protected override void Attach(AudioEmbeddings[] encoded, TimeSpan encoderTime)
    {
        (_windows, _missing) = (encoded, []);
        _sequence = _runner.OpenSequence();
    }

    internal override Extension Next(int positions)
    {
        positions = Math.Min(positions, PendingPositions);
        int end = _fed + positions, last = _answered;
        while (last < _prompt.Slots.Length && _prompt.Slots[last] < end) last++;
        var outputs = new int[last - _answered];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = _prompt.Slots[_answered + i] - _fed;
        return new Extension(
            _sequence, _prompt.Ids.AsMemory(_fed, positions), outputs, _windows, Math.Clamp(_fed - HeadLength, 0, _audioTokens));
    }

    internal override void Accept(int positions, ReadOnlySpan<Prediction> predictions, TimeSpan time)
    {
        predictions.CopyTo(_predictions.AsSpan(_answered));
        _answered += predictions.Length;
        _fed += positions;
        foreach (var prediction in predictions)
        {
            if (float.IsNaN(prediction.LogProbability)) Fail(new ModelFaultException("the aligner computed NaN"));
        }
    }

    private protected override void Free()
    {
        foreach (var window in _windows) window.Dispose();
        if (_sequence >= 0) _runner.CloseSequence(_sequence);
        (_windows, _sequence) = ([], -1);
    }

    /// <summary>The times; once finished without a fault.</summary>
    internal AlignedText Finish() => _reading.Read(_predictions);
}
