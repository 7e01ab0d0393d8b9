using System.Runtime.ExceptionServices;
using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Tokenizer;

namespace AsrService.Engine.Alignment;

/// <summary>Finds when each unit of a known transcript is said, in one pass of the aligner model.</summary>
/// <remarks>One caller at a time aligns; beginning jobs is safe beside it.</remarks>
public sealed class ForcedAligner : IDisposable
{
    private static readonly TimeSpan TrainedLength = TimeSpan.FromSeconds(300);

    private readonly LogMelFrontEnd _frontEnd = new(LogMelOptions.Default);
    private readonly BpeTokenizer _tokenizer;
    private readonly TimeSpan _classDuration;
    private readonly int _cachePositions;

    /// <summary>Joins a model and its tokenizer; the aligner owns the model from here on.</summary>
    /// <exception cref="ArgumentException">The model is not an aligner.</exception>
    public ForcedAligner(IModelRunner runner, BpeTokenizer tokenizer)
    {
        var config = runner.Config.Aligner ?? throw new ArgumentException("A transcriber has no timestamp slots.", nameof(runner));
        (Runner, _tokenizer, _classDuration) = (runner, tokenizer, config.ClassDuration);
        var addressable = config.Classes * config.ClassDuration;
        MaxClip = addressable < TrainedLength ? addressable : TrainedLength;
        var known = runner.Config.SupportedLanguages;
        Languages = [.. LanguageCatalog.All.Where(one => one.CanAlign && (known.Count == 0 || known.Contains(one.Name)))];
        _cachePositions = (int)Math.Min((long)runner.FreeKvBlocks * KvCache.BlockPositions, int.MaxValue);
    }

    /// <summary>The model.</summary>
    public IModelRunner Runner { get; }

    /// <summary>Longest clip: 300 s, which the published model was trained on, or what the time classes can address.</summary>
    public TimeSpan MaxClip { get; }

    /// <summary>Languages that can be aligned.</summary>
    public IReadOnlyList<Language> Languages { get; }

    /// <summary>Begins an alignment, to be run in an <see cref="AlignmentBatch{TTag}"/>.</summary>
    /// <exception cref="AsrException">
    /// <see cref="AsrFailure.InvalidAudio"/>: no samples, or more than <see cref="MaxClip"/>.
    /// <see cref="AsrFailure.InvalidOptions"/>: a language that cannot be aligned, or a text so long that it does not fit
    /// into the model beside the audio.
    /// </exception>
    public AlignmentJob Begin(AlignmentRequest request)
    {
        Check(request);
        var units = AlignmentUnits.Split(request.Text, request.Language?.Name);
        var reading = new AlignmentReading(units, request.Samples, _classDuration);
        if (units.Count == 0) return new AlignmentJob(Runner, new AlignmentPrompt([], []), [], reading);

        int audioTokens = Runner.Config.Audio.AudioTokens(_frontEnd.FrameCount(request.Samples.Length));
        var prompt = AlignmentPrompt.Build(_tokenizer, Runner.Config, [.. units.Select(unit => unit.Text)], audioTokens);
        int room = Math.Min(Runner.Config.Text.MaxPositions, _cachePositions);
        if (prompt.Ids.Length > room)
            throw Refuse(AsrFailure.InvalidOptions, "text", $"with the audio it needs {prompt.Ids.Length} positions; there is room for {room}");
        var windows = FeatureWindows.Cut(_frontEnd.Compute(request.Samples.Span), Runner.Config.Audio);
        return new AlignmentJob(Runner, prompt, windows, reading);
    }

    /// <summary>Aligns one text.</summary>
    /// <exception cref="AsrException">As <see cref="Begin"/>.</exception>
    /// <exception cref="ModelFaultException">The model's numbers are not numbers.</exception>
    public AlignedText Align(AlignmentRequest request)
    {
        var outcome = Align([request])[0];
        if (outcome.Fault is not null) ExceptionDispatchInfo.Throw(outcome.Fault);
        return outcome.Aligned!;
    }

    /// <summary>Aligns many texts, up to 64 at once; each gets what it would get alone.</summary>
    /// <returns>Times or fault of each request, in their order.</returns>
    public IReadOnlyList<AlignmentOutcome> Align(IReadOnlyList<AlignmentRequest> requests)
    {
        var outcomes = new AlignmentOutcome[requests.Count];
        using var batch = new AlignmentBatch<int>(this);
        AlignmentJob? waiting = null;
        for (int next = 0; next < requests.Count || batch.Count > 0;)
        {
            while (next < requests.Count)
            {
                if (waiting is null && !TryBegin(requests[next], out waiting, out outcomes[next])) next++;
                else if (batch.TryAdd(next, waiting!)) (waiting, next) = (null, next + 1);
                else break;
            }
            batch.Step((index, aligned, fault) => outcomes[index] = new AlignmentOutcome(aligned, fault));
        }
        return outcomes;
    }

    /// <inheritdoc/>
    public void Dispose() => Runner.Dispose();

    private bool TryBegin(AlignmentRequest request, out AlignmentJob? job, out AlignmentOutcome outcome)
    {
        (job, outcome) = (null, null!);
        try
        {
            job = Begin(request);
            return true;
        }
        catch (AsrException fault)
        {
            outcome = new AlignmentOutcome(null, fault);
            return false;
        }
    }

    /// <summary>Refuses what cannot be aligned, as far as that can be said without work.</summary>
    /// <exception cref="AsrException">As <see cref="Begin"/>.</exception>
    internal void Check(AlignmentRequest request)
    {
        if (request.Language is { } language && !Languages.Contains(language))
        {
            string valid = string.Join(", ", Languages.Select(one => $"{one.Name} ({one.Code})"));
            throw Refuse(AsrFailure.InvalidOptions, "language", $"{language.Name} cannot be aligned; the model knows {valid}");
        }
        if (request.Samples.IsEmpty) throw Refuse(AsrFailure.InvalidAudio, "audio", $"there are no samples");
        double seconds = request.Samples.Length / (double)LogMelFrontEnd.SampleRate;
        if (seconds > MaxClip.TotalSeconds)
            throw Refuse(AsrFailure.InvalidAudio, "audio", $"{seconds:0.###} s; at most {MaxClip.TotalSeconds:0.###} s are aligned at once");
    }

    private static AsrException Refuse(AsrFailure failure, string field, FormattableString problem) =>
        new(failure, $"{field}: {FormattableString.Invariant(problem)}.") { Field = field };
}
