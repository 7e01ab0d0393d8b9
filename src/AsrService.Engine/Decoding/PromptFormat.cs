using System.Runtime.CompilerServices;
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
    public static readonly IReadOnlyList<string> RequiredTokens = ["<|im_start|>", "<|im_end|>", TranscriptTag];

    private const string TranscriptTag = "<asr_text>";

    private readonly BpeTokenizer _tokenizer;
    private readonly int _turnStart, _turnEnd, _audioStart, _audioEnd, _audioPad, _transcript, _language;
    private readonly int[] _plainHead, _plainTail;

    // Segments of a session share these objects, so a prompt is tokenized once a session.
    private readonly ConditionalWeakTable<string, int[]> _heads = [];
    private readonly ConditionalWeakTable<Language, int[]> _tails = [];
    private readonly ConditionalWeakTable<IReadOnlyList<Language>, LanguageConstraint> _constraints = [];

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
        _language = tokenizer.Encode("language")[0];
        (_plainHead, _plainTail) = (EncodeHead(""), EncodeTail(null));
        EndIds = [.. config.EosTokenIds.Append(_turnEnd).Append(Find("<|endoftext|>")).Distinct()];
    }

    /// <summary>Ids that end a transcript and are not part of it: the configuration's, and always both of the reference's.</summary>
    public IReadOnlyList<int> EndIds { get; }

    /// <summary>Positions before the first audio token.</summary>
    public int HeadLength(DecodingConfig config) => Head(config.Context).Length;

    /// <summary>Tokens that a context takes.</summary>
    public int ContextTokens(string context) => Head(context).Length - Head("").Length;

    /// <summary>The whole prompt.</summary>
    /// <param name="config">Context and forced language.</param>
    /// <param name="audioTokens">Rows the encoder gives.</param>
    public int[] Build(DecodingConfig config, int audioTokens)
    {
        int[] head = Head(config.Context), tail = Tail(config.Language);
        var ids = new int[head.Length + audioTokens + tail.Length];
        head.CopyTo(ids, 0);
        ids.AsSpan(head.Length, audioTokens).Fill(_audioPad);
        tail.CopyTo(ids, head.Length + audioTokens);
        return ids;
    }

    /// <summary>How an answer may begin where only some languages are allowed; null where all are, or one is forced.</summary>
    internal LanguageConstraint? ConstraintOf(DecodingConfig config) =>
        config.Language is not null || config.Languages.Count == 0
            ? null
            : _constraints.GetValue(config.Languages, languages => new LanguageConstraint(_tokenizer, _transcript, languages));

    /// <summary>Language and text of what the model answered.</summary>
    /// <remarks>The tag that begins a transcript is never part of one, though a confused model may say it again.</remarks>
    public (string Language, string Text) Parse(ReadOnlySpan<int> answer, DecodingConfig config)
    {
        var (language, text) = OutputParser.Parse(_tokenizer.Decode(answer), config.Language?.Name);
        return (language, text.Contains(TranscriptTag, StringComparison.Ordinal)
            ? text.Replace(TranscriptTag, "", StringComparison.Ordinal).Trim()
            : text);
    }

    /// <summary>Where the transcript begins in an answer: after the language prefix.</summary>
    public int TextStart(IReadOnlyList<int> answer)
    {
        for (int i = 0; i < answer.Count; i++)
        {
            if (answer[i] == _transcript) return i + 1;
        }
        return 0;
    }

    /// <summary>How an answer in a language begins where none is forced.</summary>
    internal ReadOnlySpan<int> AnswerPrefix(Language language) => Tail(language).AsSpan(_plainTail.Length);

    /// <summary>Where the language's name lies in an answer; empty where there is none.</summary>
    internal Range LanguageRange(IReadOnlyList<int> answer)
    {
        int end = TextStart(answer) - 1;
        return end > 1 && answer[0] == _language ? 1..end : default;
    }

    private int[] Head(string context) => context.Length == 0 ? _plainHead : _heads.GetValue(context, EncodeHead);

    private int[] EncodeHead(string context)
    {
        // "system\n" and the context are one string: a context that begins with line breaks merges with the first.
        var ids = new List<int> { _turnStart };
        ids.AddRange(_tokenizer.Encode("system\n" + context, recognizeAddedTokens: false));
        ids.Add(_turnEnd);
        ids.AddRange(_tokenizer.Encode("\n"));
        ids.Add(_turnStart);
        ids.AddRange(_tokenizer.Encode("user\n"));
        ids.Add(_audioStart);
        return [.. ids];
    }

    private int[] Tail(Language? language) => language is null ? _plainTail : _tails.GetValue(language, EncodeTail);

    private int[] EncodeTail(Language? language)
    {
        var ids = new List<int> { _audioEnd, _turnEnd };
        ids.AddRange(_tokenizer.Encode("\n"));
        ids.Add(_turnStart);
        ids.AddRange(_tokenizer.Encode("assistant\n"));
        if (language is not null)
        {
            ids.AddRange(_tokenizer.Encode("language " + language.Name));
            ids.Add(_transcript);
        }
        return [.. ids];
    }

    private int Find(string content) =>
        _tokenizer.TryGetAddedToken(content, out int id)
            ? id
            : throw new TokenizerException("tokenizer files", $"the added token {content}", "none");
}
