using AsrService.Models.Configuration;
using AsrService.Tokenizer;

namespace AsrService.Engine.Alignment;

/// <summary>What the aligner is fed: the audio, then every unit with a slot for its start and one for its end.</summary>
/// <param name="Ids">
/// <c>‹audio_start›{‹audio_pad› × N}‹audio_end›</c>, then for each unit <c>unit‹timestamp›‹timestamp›</c>.
/// </param>
/// <param name="Slots">Places of the timestamps in <paramref name="Ids"/>: 2i and 2i + 1 are the start and end of unit i.</param>
/// <remarks>
/// There is no chat template around it: three more ids in front of the audio move most times by a class or two. The time
/// class is read at the slot itself, not one position before it as a text token would be.
/// </remarks>
public sealed record AlignmentPrompt(int[] Ids, int[] Slots)
{
    /// <summary>Builds it.</summary>
    /// <param name="tokenizer">Of the aligner's folder.</param>
    /// <param name="config">Of an aligner.</param>
    /// <param name="units">As <see cref="AlignmentUnits.Split"/> gives them; encoded one by one, as plain text.</param>
    /// <param name="audioTokens">Rows the encoder gives.</param>
    /// <exception cref="ArgumentException">The model is not an aligner.</exception>
    /// <exception cref="TokenizerException">A token that the prompt needs is missing.</exception>
    public static AlignmentPrompt Build(
        BpeTokenizer tokenizer, ModelConfig config, IReadOnlyList<string> units, int audioTokens)
    {
        if (config.Aligner is not { } aligner)
            throw new ArgumentException("A transcriber has no timestamp slots.", nameof(config));

        var ids = new List<int>(audioTokens + 6 * units.Count + 2);
        var slots = new int[2 * units.Count];
        ids.Add(config.AudioStartTokenId ?? Find(tokenizer, "<|audio_start|>"));
        for (int i = 0; i < audioTokens; i++) ids.Add(config.AudioTokenId);
        ids.Add(config.AudioEndTokenId ?? Find(tokenizer, "<|audio_end|>"));
        for (int i = 0; i < slots.Length; i++)
        {
            if (i % 2 == 0) ids.AddRange(tokenizer.Encode(units[i / 2], recognizeAddedTokens: false));
            slots[i] = ids.Count;
            ids.Add(aligner.TimestampTokenId);
        }
        return new AlignmentPrompt([.. ids], slots);
    }

    private static int Find(BpeTokenizer tokenizer, string content) =>
        tokenizer.TryGetAddedToken(content, out int id)
            ? id
            : throw new TokenizerException("tokenizer files", $"the added token {content}", "none");
}
