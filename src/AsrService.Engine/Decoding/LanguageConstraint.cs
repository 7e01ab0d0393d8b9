using AsrService.Engine.Transcripts;
using AsrService.Tokenizer;

namespace AsrService.Engine.Decoding;

/// <summary>Answers begin with one of some languages, or with none: <c>language English‹asr_text›</c>.</summary>
/// <remarks>While it applies, each id is the most likely of those that lead on to one of these beginnings.</remarks>
internal sealed class LanguageConstraint
{
    private const string NoLanguage = "None"; // what the model says where nobody speaks

    private readonly int[][] _beginnings;

    public LanguageConstraint(BpeTokenizer tokenizer, int transcriptId, IReadOnlyList<Language> languages) =>
        _beginnings = [.. languages.Select(language => language.Name).Append(NoLanguage)
            .Select(name => (int[])[.. tokenizer.Encode("language " + name), transcriptId])];

    /// <summary>Ids that may follow; null once a beginning is complete.</summary>
    public IReadOnlyList<int>? After(List<int> ids)
    {
        if (ids.Count > 0 && _beginnings.All(one => ids.Count >= one.Length)) return null;
        int[] next = [.. _beginnings.Where(one => IsUnderWay(one, ids)).Select(one => one[ids.Count]).Distinct()];
        return next.Length == 0 ? null : next;
    }

    private static bool IsUnderWay(int[] beginning, List<int> ids)
    {
        if (ids.Count >= beginning.Length) return false;
        for (int i = 0; i < ids.Count; i++)
        {
            if (ids[i] != beginning[i]) return false;
        }
        return true;
    }
}
