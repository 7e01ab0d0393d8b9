namespace AsrService.Models.Checkpoints;

/// <summary>
/// Maps stored tensor names, original or <c>-hf</c>, to the canonical ones: original without <c>thinker.</c>.
/// </summary>
internal static class TensorNames
{
    /// <summary>The name under which -hf aligners store their head.</summary>
    public const string Score = "score.weight";

    // Early -hf conversions kept proj1 and proj2 inside the tower.
    private static readonly (string Stored, string Canonical)[] Prefixes =
    [
        ("thinker.", ""),
        ("model.audio_tower.", "audio_tower."),
        ("model.multi_modal_projector.linear_1.", "audio_tower.proj1."),
        ("model.multi_modal_projector.linear_2.", "audio_tower.proj2."),
        ("model.language_model.", "model."),
        ("score.", "lm_head."),
    ];

    /// <summary>The canonical name; a name of neither naming stays as it is.</summary>
    public static string ToCanonical(string stored)
    {
        foreach (var (from, to) in Prefixes)
        {
            if (stored.StartsWith(from, StringComparison.Ordinal)) return string.Concat(to, stored.AsSpan(from.Length));
        }

        return stored;
    }
}
