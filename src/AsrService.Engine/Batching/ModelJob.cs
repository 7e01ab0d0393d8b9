using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine.Batching;

/// <summary>Work on a model that goes through encoder and decoder in steps, together with that of others.</summary>
/// <remarks>Belongs to the thread that owns the model.</remarks>
public abstract class ModelJob
{
    private readonly List<AudioEmbeddings> _encoded = []; // of the missing windows, until the last one is there
    private TimeSpan _encoderTime;

    private protected ModelJob()
    {
    }

    /// <summary>Whether there is nothing left to run.</summary>
    public abstract bool IsFinished { get; }

    /// <summary>Positions it may take in the KV cache; none where the model does not run.</summary>
    public abstract int MaxPositions { get; }

    /// <summary>Why it failed; null unless it did.</summary>
    internal Exception? Fault { get; private protected set; }

    internal abstract bool NeedsEncoding { get; }

    internal abstract bool NeedsPrefill { get; }

    /// <summary>Prompt and draft are through: one token a step.</summary>
    internal virtual bool IsDecoding => false;

    /// <summary>Positions to be appended.</summary>
    internal abstract int PendingPositions { get; }

    /// <summary>Windows that it needs encoded.</summary>
    internal abstract IReadOnlyList<PendingWindow> MissingWindows { get; }

    /// <summary>Those of them that are not encoded yet.</summary>
    internal IEnumerable<PendingWindow> UnencodedWindows => MissingWindows.Skip(_encoded.Count);

    /// <summary>The next positions to append, at most so many.</summary>
    internal abstract Extension Next(int positions);

    /// <summary>Takes the predictions for what <see cref="Next"/> gave, now appended.</summary>
    internal abstract void Accept(int positions, ReadOnlySpan<Prediction> predictions, TimeSpan time);

    /// <summary>Whether the encoder has taken windows of it.</summary>
    internal bool IsTakenByEncoder { get; set; }

    /// <summary>Takes the next windows encoded; the prompt can begin with the last of them.</summary>
    internal void Collect(AudioEmbeddings[] encoded, TimeSpan encoderTime)
    {
        _encoded.AddRange(encoded);
        _encoderTime += encoderTime;
        if (_encoded.Count < MissingWindows.Count) return;
        AudioEmbeddings[] all = [.. _encoded];
        _encoded.Clear();
        Attach(all, _encoderTime);
    }

    /// <summary>Gives back what it holds of the model.</summary>
    internal void Release()
    {
        _encoded.ForEach(window => window.Dispose());
        _encoded.Clear();
        Free();
    }

    internal void Fail(Exception fault) => Fault ??= fault;

    /// <summary>Takes all of <see cref="MissingWindows"/>, encoded.</summary>
    private protected abstract void Attach(AudioEmbeddings[] encoded, TimeSpan encoderTime);

    /// <summary>Gives back what it was given by <see cref="Attach"/>, and what came of it.</summary>
    private protected abstract void Free();
}
