using AsrService.Audio;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Models;
using AsrService.Tokenizer;

namespace AsrService.Engine;

/// <summary>A loaded transcriber: model, tokenizer, prompt and features that belong together.</summary>
/// <remarks>One caller at a time decodes; beginning segments is safe beside it.</remarks>
public sealed class Recognizer : IDisposable
{
    private readonly LogMelFrontEnd _frontEnd = new(LogMelOptions.Default);

    /// <summary>Joins a model and its tokenizer; the recognizer owns the model from here on.</summary>
    /// <exception cref="TokenizerException">A token that the prompt needs is missing.</exception>
    public Recognizer(IModelRunner runner, BpeTokenizer tokenizer)
    {
        (Runner, Tokenizer) = (runner, tokenizer);
        Format = new PromptFormat(tokenizer, runner.Config);
    }

    /// <summary>The model.</summary>
    public IModelRunner Runner { get; }

    /// <summary>Its tokenizer.</summary>
    public BpeTokenizer Tokenizer { get; }

    /// <summary>Its prompt.</summary>
    public PromptFormat Format { get; }

    /// <summary>Begins a segment, to be decoded in a <see cref="SegmentBatch{TTag}"/>.</summary>
    /// <exception cref="ModelFaultException">The prompt alone has more positions than the model.</exception>
    public DecodeJob Begin(ReadOnlySpan<float> samples, DecodingConfig config)
    {
        var clip = NewClip();
        clip.Append(samples);
        return new DecodeJob(this, clip, config, isExact: true, ownsClip: true);
    }

    /// <summary>
    /// The final transcript of a segment, and the one function that decides it, offline and live, alone and in a batch.
    /// </summary>
    /// <exception cref="ModelFaultException">The model failed.</exception>
    public SegmentResult DecodeSegment(ReadOnlySpan<float> samples, DecodingConfig config)
    {
        var segment = Begin(samples, config);
        using var batch = new SegmentBatch<int>(Runner, capacity: 1);
        batch.TryAdd(0, segment);
        SegmentResult? result = null;
        ModelFaultException? fault = null;
        while (batch.Count > 0) batch.Step((_, done, failed) => (result, fault) = (done, failed));
        return fault is null ? result! : throw fault;
    }

    /// <summary>An empty clip, to grow or to be whole at once.</summary>
    internal Clip NewClip() => new(Runner, _frontEnd);

    /// <inheritdoc/>
    public void Dispose() => Runner.Dispose();
}
