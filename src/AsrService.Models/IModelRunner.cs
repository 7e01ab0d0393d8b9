using AsrService.Models.Configuration;
using AsrService.Models.Encoder;

namespace AsrService.Models;

/// <summary>The most likely id, or time class, after a position.</summary>
/// <param name="Id">Lowest id on ties.</param>
/// <param name="LogProbability">Natural logarithm of its softmax probability; NaN when the model's numbers are broken.</param>
public readonly record struct Prediction(int Id, float LogProbability);

/// <summary>Positions to be appended to a sequence.</summary>
/// <param name="Sequence">From <see cref="IModelRunner.OpenSequence"/>.</param>
/// <param name="Ids">Token ids; where they are the audio token's, rows of <paramref name="Audio"/> take their place.</param>
/// <param name="Outputs">Indices into <paramref name="Ids"/>, ascending, after which a prediction is wanted.</param>
/// <param name="Audio">Encoder windows, in order, that the audio tokens of the whole prompt stand for.</param>
/// <param name="AudioOffset">Audio tokens of the prompt that were appended before.</param>
/// <param name="Allowed">Ids that the last output's prediction is chosen among; null for all.</param>
public readonly record struct Extension(
    int Sequence, ReadOnlyMemory<int> Ids, ReadOnlyMemory<int> Outputs, IReadOnlyList<AudioEmbeddings>? Audio = null,
    int AudioOffset = 0, IReadOnlyList<int>? Allowed = null);

/// <summary>Encoder work in slices, so that a step of the engine stays short; see <see cref="IModelRunner.BeginEncode"/>.</summary>
public interface IEncoding : IDisposable
{
    /// <summary>Whether every window is encoded.</summary>
    bool IsDone { get; }

    /// <summary>Works until done or out of time, but never less than one unit (a window's convolutions, or a layer).</summary>
    /// <param name="isTimeLeft">Asked between units.</param>
    /// <returns><see cref="IsDone"/>.</returns>
    bool Continue(Func<bool> isTimeLeft);

    /// <summary>Hands over the results, in the order of the windows; the caller disposes them. Once, when done.</summary>
    AudioEmbeddings[] Take();
}

/// <summary>All that the engine knows of a model.</summary>
/// <remarks>
/// What is predicted for a sequence depends on that sequence alone: not on its neighbours in a batch, nor on how its
/// positions were divided over calls. One caller at a time.
/// </remarks>
public interface IModelRunner : IDisposable
{
    /// <summary>The model's name, for people.</summary>
    string Name { get; }

    /// <summary>Sizes and special ids.</summary>
    ModelConfig Config { get; }

    /// <summary>KV blocks of 64 positions that can still be taken.</summary>
    int FreeKvBlocks { get; }

    /// <summary>Encodes windows of log-mel features; the caller disposes the results, which come in the same order.</summary>
    AudioEmbeddings[] Encode(ReadOnlySpan<EncoderWindow> windows);

    /// <summary>Begins to encode windows; disposing what it returns gives the work up.</summary>
    /// <exception cref="InvalidOperationException">Earlier work is neither taken nor given up.</exception>
    IEncoding BeginEncode(IReadOnlyList<EncoderWindow> windows);

    /// <summary>A new, empty sequence.</summary>
    int OpenSequence();

    /// <summary>Positions a sequence holds.</summary>
    int LengthOf(int sequence);

    /// <summary>Forgets a sequence's positions from <paramref name="length"/> on.</summary>
    void Truncate(int sequence, int length);

    /// <summary>Copies a sequence; false when too few KV blocks are free.</summary>
    bool TryFork(int sequence, out int fork);

    /// <summary>Ends a sequence and frees its KV blocks.</summary>
    void CloseSequence(int sequence);

    /// <summary>Appends positions to many sequences: prompts and single decode steps alike, in one ragged batch.</summary>
    /// <param name="batch">At most one extension for a sequence.</param>
    /// <param name="predictions">One for every asked output, in the order of the batch.</param>
    /// <exception cref="InvalidOperationException">Too few KV blocks were free: the caller admits only what fits.</exception>
    /// <exception cref="ArgumentException">
    /// More positions than the model has, more audio tokens than were encoded, or an id or output out of range.
    /// </exception>
    /// <remarks>Whatever is thrown, every sequence of the batch is as long as before.</remarks>
    void Extend(ReadOnlySpan<Extension> batch, Span<Prediction> predictions);
}
