using AsrService.Engine.Transcripts;
using AsrService.Server.Transcriber;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Refinement;

/// <summary>
/// Decides which misses a call is told of: a language once, failures once until one is aligned again. Not thread-safe.
/// </summary>
internal sealed class MissWarnings
{
    private readonly HashSet<string> _languages = [];
    private bool _isFailing;

    /// <returns>The warning; null for nothing to say.</returns>
    public V1.Warning? Look(AlignmentMiss miss, Language? language, string resultId)
    {
        if (miss == AlignmentMiss.Language)
            return _languages.Add(language?.Name ?? "") ? Warnings.WordTimesUnavailable(NoAligner(language), resultId) : null;
        bool isNews = miss != AlignmentMiss.None && !_isFailing;
        _isFailing = miss != AlignmentMiss.None;
        return isNews ? Warnings.WordTimesUnavailable(Describe(miss), resultId) : null;
    }

    /// <summary>What is said of a language.</summary>
    public static string NoAligner(Language? language) =>
        language is null ? "No language was decided on" : $"There is no aligner for {language.Name}";

    private static string Describe(AlignmentMiss miss) => miss switch
    {
        AlignmentMiss.Full => "Too many segments wait for the aligner",
        AlignmentMiss.Timeout => "The aligner does not answer in time",
        AlignmentMiss.Unavailable or AlignmentMiss.CircuitOpen => "The aligner is away",
        AlignmentMiss.Refused => "The aligner refused the segment",
        AlignmentMiss.Mismatch => "The aligner's answer is not about these words",
        _ => "The aligner failed",
    };
}
