using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Configuration;
using AsrService.Models.Encoder;

namespace AsrService.TestKit;

/// <summary>What a scripted sequence was asked: its ids up to the first prediction, and a hash of what it heard.</summary>
/// <param name="Sequence">Id of the sequence.</param>
/// <param name="Ids">The prompt.</param>
/// <param name="Audio">Hash of the features behind its audio tokens; 0 without any.</param>
public sealed record ScriptedPrompt(int Sequence, IReadOnlyList<int> Ids, int Audio);

/// <summary>What one sequence was fed in one call.</summary>
public sealed record ScriptedFeed(int Call, int Sequence, IReadOnlyList<int> Ids);

/// <summary>
/// A model without weights: it answers every prompt from a script, whatever text it is fed, then with an end id. It
/// keeps books of KV blocks as a real one does, and refuses what a real one could not run.
/// </summary>
/// <param name="config">Sizes and ids; by default those of <see cref="TinyConfigs.Asr"/>.</param>
/// <param name="kvBlocks">KV blocks of 64 positions there are.</param>
public sealed class ScriptedModel(ModelConfig? config = null, int kvBlocks = 1 << 16) : IModelRunner
{
    /// <summary>In a script: numbers that are not numbers.</summary>
    public const int NotANumber = int.MinValue;

    private readonly Dictionary<int, Sequence> _open = [];
    private int _nextSequence;
    private Encoding? _encoding; // one at a time, as in a real model

    /// <summary>The answer to a prompt, as ids; asked once, at its first prediction. By default empty.</summary>
    public Func<ScriptedPrompt, IReadOnlyList<int>> Script { get; set; } = static _ => [];

    /// <summary>Probability of the prediction at a place of the answer. By default 0.9.</summary>
    public Func<int, float> Probability { get; set; } = static _ => 0.9f;

    /// <summary>Called at the start of every <see cref="Extend"/>, for instance to cancel or to fail.</summary>
    public Action? Extending { get; set; }

    /// <summary>Called with every sequence of a batch before any of them is changed.</summary>
    public Action<int>? Feeding { get; set; }

    /// <summary>Called before every window that is encoded in slices.</summary>
    public Action? WindowEncoding { get; set; }

    /// <summary>What work takes on a clock of the test's; null for no time.</summary>
    public ScriptedCost? Cost { get; set; }

    /// <inheritdoc/>
    public string Name => "scripted";

    /// <inheritdoc/>
    public ModelConfig Config { get; } = config ?? TinyConfigs.Asr;

    /// <inheritdoc/>
    public int FreeKvBlocks => kvBlocks - UsedKvBlocks;

    /// <summary>KV blocks in use.</summary>
    public int UsedKvBlocks => _open.Values.Sum(sequence => sequence.Blocks);

    /// <summary>Most KV blocks that were in use at once.</summary>
    public int PeakKvBlocks { get; private set; }

    /// <summary>Sequences open now.</summary>
    public int OpenSequences => _open.Count;

    /// <summary>Most sequences that were open at once.</summary>
    public int PeakSequences { get; private set; }

    /// <summary>Embeddings given out and not yet disposed.</summary>
    public int LiveEmbeddings { get; private set; }

    /// <summary>Calls of <see cref="Encode"/>.</summary>
    public int EncodeCalls { get; private set; }

    /// <summary>Encoder windows in all.</summary>
    public int EncodedWindows { get; private set; }

    /// <summary>Calls of <see cref="Extend"/>.</summary>
    public int ExtendCalls { get; private set; }

    /// <summary>Positions in all.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>All that was fed, in order.</summary>
    public List<ScriptedFeed> Fed { get; } = [];

    /// <summary>Answers every prompt with these ids.</summary>
    public ScriptedModel Answer(params int[] ids)
    {
        Script = _ => ids;
        return this;
    }

    /// <inheritdoc/>
    public AudioEmbeddings[] Encode(ReadOnlySpan<EncoderWindow> windows)
    {
        EncodeCalls++;
        EncodedWindows += windows.Length;
        var results = new AudioEmbeddings[windows.Length];
        for (int i = 0; i < windows.Length; i++)
        {
            int frames = windows[i].LogMel.Length / Config.Audio.MelBins;
            if (frames < 1 || frames > Config.Audio.WindowFrames) throw new ShapeException($"{frames} frames in a window.");
            var rows = new Heard(this, Config.Audio.AudioTokens(frames), HashOf(windows[i].LogMel.Span));
            results[i] = new AudioEmbeddings(rows);
            LiveEmbeddings++;
        }
        return results;
    }

    /// <inheritdoc/>
    public IEncoding BeginEncode(IReadOnlyList<EncoderWindow> windows)
    {
        if (_encoding is not null) throw new InvalidOperationException("Earlier work is neither taken nor given up.");
        return _encoding = new Encoding(this, windows);
    }

    /// <inheritdoc/>
    public int OpenSequence()
    {
        _open.Add(_nextSequence, new Sequence());
        PeakSequences = Math.Max(PeakSequences, _open.Count);
        return _nextSequence++;
    }

    /// <inheritdoc/>
    public int LengthOf(int sequence) => _open[sequence].Ids.Count;

    /// <inheritdoc/>
    public void Truncate(int sequence, int length)
    {
        var entry = _open[sequence];
        entry.Ids.RemoveRange(length, entry.Ids.Count - length);
        if (length >= entry.PromptLength) return;
        (entry.PromptLength, entry.Answer) = (0, null);
    }

    /// <inheritdoc/>
    public bool TryFork(int sequence, out int fork)
    {
        fork = -1;
        if (_open[sequence].Blocks > FreeKvBlocks) return false;
        fork = OpenSequence();
        _open[fork] = _open[sequence].Copy();
        return true;
    }

    /// <inheritdoc/>
    public void CloseSequence(int sequence)
    {
        if (!_open.Remove(sequence)) throw new ArgumentException($"Sequence {sequence} is not open.", nameof(sequence));
    }

    /// <inheritdoc/>
    public void Extend(ReadOnlySpan<Extension> batch, Span<Prediction> predictions)
    {
        Extending?.Invoke();
        foreach (var extension in batch) Feeding?.Invoke(extension.Sequence);
        var seen = new HashSet<int>();
        int made = 0;
        foreach (var extension in batch)
        {
            if (!seen.Add(extension.Sequence))
                throw new ArgumentException($"Sequence {extension.Sequence} twice in a batch.", nameof(batch));
            made += Feed(extension, predictions[made..]);
        }
        if (made != predictions.Length) throw new ShapeException($"{predictions.Length} predictions for {made} outputs.");
        PeakKvBlocks = Math.Max(PeakKvBlocks, UsedKvBlocks);
        ExtendCalls++;
        int rows = 0;
        foreach (var extension in batch) rows += extension.Ids.Length;
        Cost?.Spend(Cost.Call + rows * Cost.Position);
    }

    /// <inheritdoc/>
    public void Dispose() => IsDisposed = true;

    private int Feed(Extension extension, Span<Prediction> predictions)
    {
        var sequence = _open[extension.Sequence];
        int start = sequence.Ids.Count;
        sequence.Ids.AddRange(extension.Ids.ToArray());
        if (UsedKvBlocks > kvBlocks) throw new InvalidOperationException($"{UsedKvBlocks} KV blocks of {kvBlocks}.");
        if (sequence.Ids.Count > Config.Text.MaxPositions)
            throw new ArgumentException($"{sequence.Ids.Count} positions.", nameof(extension));
        if (extension.Audio is not null) Hear(sequence, extension);
        Fed.Add(new ScriptedFeed(ExtendCalls, extension.Sequence, extension.Ids.ToArray()));
        Rows += extension.Ids.Length;

        for (int i = 0; i < extension.Outputs.Length; i++)
            predictions[i] = Predict(extension.Sequence, sequence, start + extension.Outputs.Span[i]);
        if (extension.Allowed is { } allowed && !allowed.Contains(predictions[extension.Outputs.Length - 1].Id))
            predictions[extension.Outputs.Length - 1] = new Prediction(allowed.Min(), MathF.Log(0.1f));
        return extension.Outputs.Length;
    }

    private Prediction Predict(int id, Sequence sequence, int position)
    {
        if (sequence.Answer is null)
        {
            sequence.PromptLength = position + 1;
            sequence.Answer = Script(new ScriptedPrompt(id, sequence.Ids[..sequence.PromptLength], sequence.Audio));
        }
        int place = position + 1 - sequence.PromptLength;
        int next = place < sequence.Answer.Count ? sequence.Answer[place] : Config.EosTokenIds[^1];
        return next == NotANumber ? new Prediction(0, float.NaN) : new Prediction(next, MathF.Log(Probability(place)));
    }

    private void Hear(Sequence sequence, Extension extension)
    {
        int wanted = extension.Ids.ToArray().Count(id => id == Config.AudioTokenId);
        int given = extension.Audio!.Sum(window => window.Count);
        if (wanted > given - extension.AudioOffset) throw new ShapeException($"{wanted} audio tokens for {given} rows.");
        sequence.Audio = 0;
        foreach (var window in extension.Audio!) sequence.Audio = unchecked(sequence.Audio * 31 + ((Heard)window.Rows).Hash);
    }

    private static int HashOf(ReadOnlySpan<float> values)
    {
        int hash = 17;
        foreach (float value in values) hash = unchecked(hash * 31 + BitConverter.SingleToInt32Bits(value));
        return hash;
    }

    /// <summary>Encoder work in units of one window.</summary>
    private sealed class Encoding(ScriptedModel owner, IReadOnlyList<EncoderWindow> windows) : IEncoding
    {
        private readonly List<AudioEmbeddings> _encoded = [];

        public bool IsDone => _encoded.Count == windows.Count;

        public bool Continue(Func<bool> isTimeLeft)
        {
            while (!IsDone)
            {
                owner.WindowEncoding?.Invoke();
                _encoded.AddRange(owner.Encode([windows[_encoded.Count]]));
                owner.Cost?.Spend(owner.Cost.Window);
                if (!isTimeLeft()) break;
            }
            return IsDone;
        }

        public AudioEmbeddings[] Take()
        {
            var taken = _encoded.ToArray();
            _encoded.Clear();
            return taken;
        }

        public void Dispose()
        {
            _encoded.ForEach(one => one.Dispose());
            _encoded.Clear();
            if (ReferenceEquals(owner._encoding, this)) owner._encoding = null;
        }
    }

    private sealed class Sequence
    {
        public List<int> Ids { get; private init; } = [];

        public int Blocks => KvGeometry.BlocksFor(Ids.Count);

        public int PromptLength { get; set; }

        public int Audio { get; set; }

        public IReadOnlyList<int>? Answer { get; set; }

        public Sequence Copy() => new() { Ids = [.. Ids], PromptLength = PromptLength, Audio = Audio, Answer = Answer };
    }

    /// <summary>Rows without values: all a script needs is to know what was heard.</summary>
    private sealed class Heard : Tensor
    {
        private ScriptedModel? _owner;

        public Heard(ScriptedModel owner, int rows, int hash)
        {
            (_owner, Hash) = (owner, hash);
            (Rows, Columns) = (rows, owner.Config.Audio.OutputSize);
        }

        public int Hash { get; }

        public override void Reshape(int rows, int columns) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (_owner is null) return;
            _owner.LiveEmbeddings--;
            _owner = null;
        }
    }
}
