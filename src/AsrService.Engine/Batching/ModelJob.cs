using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine.Batching;

/// <summary>Work on a model that goes through encoder and decoder in steps, together with that of others.</summary>
/// <remarks>Belongs to the thread that owns the model.</remarks>
public abstract class ModelJob
{
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

    /// <summary>Positions to be appended.</summary>
    internal abstract int PendingPositions { get; }

    /// <summary>Windows that it needs encoded.</summary>
    internal abstract IReadOnlyList<PendingWindow> MissingWindows { get; }

    /// <summary>Takes <see cref="MissingWindows"/>, encoded.</summary>
    internal abstract void Attach(AudioEmbeddings[] encoded, TimeSpan encoderTime);

    /// <summary>The next positions to append, at most so many.</summary>
    internal abstract Extension Next(int positions);

    /// <summary>Takes the predictions for what <see cref="Next"/> gave, now appended.</summary>
    internal abstract void Accept(int positions, ReadOnlySpan<Prediction> predictions, TimeSpan time);

    /// <summary>Gives back what it holds of the model.</summary>
    internal abstract void Release();

    internal void Fail(Exception fault) => Fault ??= fault;
}
