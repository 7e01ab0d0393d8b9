using AsrService.Engine.Transcripts;
using AsrService.Models.Configuration;
using AsrService.Tokenizer;

namespace AsrService.Engine.Decoding;

/// <summary>The chat prompt that the model was trained on, as token ids.</summary>
/// <remarks>
/// <c>‹im_start›system\n{context}‹im_end›\n‹im_start›user\n‹audio_start›{‹audio_pad› × N}‹audio_end›‹im_end›\n‹im_start›assistant\n</c>,
/// and with a forced language <c>language {Name}‹asr_text›</c>. The system turn is there even when empty.
/// </remarks>
public sealed class PromptFormat
{
    /// <summary>Added tokens that every transcriber's tokenizer must have.</summary>
    public static readonly IReadOnlyList<string> RequiredTokens = ["<|im_start|>", "<|im_end|>", "<asr_text>"];

    private readonly BpeTokenizer _tokenizer;
    private readonly int _turnStart, _turnEnd, _audioStart, _audioEnd, _audioPad, _transcript;

    /// <summary>Finds the special ids in the tokenizer's files and the model's configuration.</summary>
    /// <exception cref="TokenizerException">A token that the prompt needs is missing.</exception>
    public PromptFormat(BpeTokenizer tokenizer, ModelConfig config)
    {
        _tokenizer = tokenizer;
        _turnStart = Find("<|im_start|>");
        _turnEnd = Find("<|im_end|>");
        _audioStart = config.AudioStartTokenId ?? Find("<|audio_start|>");
        _audioEnd = config.AudioEndTokenId ?? Find("<|audio_end|>");
        _audioPad = config.AudioTokenId;
        _transcript = Find("<asr_text>");
        EndIds = [.. config.EosTokenIds.Append(_turnEnd).Append(Find("<|endoftext|>")).Distinct()];
    }

    /// <summary>Ids that end a transcript and are not part of it: the configuration's, and always both of the reference's.</summary>
    public IReadOnlyList<int> EndIds { get; }

    /// <summary>The whole prompt.</summary>
    /// <param name="config">Context and forced language.</param>
    /// <param name="audioTokens">Rows the encoder gives.</param>
    public int[] Build(DecodingConfig config, int audioTokens)
    {
        // "system\n" and the context are one string: a context that begins with line breaks merges with the first.
        var ids = new List<int>(audioTokens + 32) { _turnStart };
        ids.AddRange(_tokenizer.Encode("system\n" + config.Context, recognizeAddedTokens: false));
        ids.Add(_turnEnd);
        ids.AddRange(_tokenizer.Encode("\n"));
        ids.Add(_turnStart);
        ids.AddRange(_tokenizer.Encode("user\n"));
        ids.Add(_audioStart);
        for (int i = 0; i < audioTokens; i++) ids.Add(_audioPad);
        ids.Add(_audioEnd);
        ids.Add(_turnEnd);
        ids.AddRange(_tokenizer.Encode("\n"));
        ids.Add(_turnStart);
        ids.AddRange(_tokenizer.Encode("assistant\n"));
        if (config.Language is not null)
        {
            ids.AddRange(_tokenizer.Encode("language " + config.Language.Name));
            ids.Add(_transcript);
        }
        return [.. ids];
    }

    /// <summary>Language and text of what the model answered.</summary>
    public (string Language, string Text) Parse(ReadOnlySpan<int> answer, DecodingConfig config) =>
        OutputParser.Parse(_tokenizer.Decode(answer), config.Language?.Name);

    /// <summary>Where the transcript begins in an answer: after the language prefix.</summary>
    public int TextStart(IReadOnlyList<int> answer)
    {
        for (int i = 0; i < answer.Count; i++)
        {
            if (answer[i] == _transcript) return i + 1;
        }
        return 0;
    }

    private int Find(string content) =>
        _tokenizer.TryGetAddedToken(content, out int id)
            ? id
            : throw new TokenizerException("tokenizer files", $"the added token {content}", "none");
}
