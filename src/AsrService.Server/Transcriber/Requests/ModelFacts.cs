using AsrService.Engine.Transcripts;
using AsrService.Hosting;
using AsrService.Server.Refinement;

namespace AsrService.Server.Transcriber;

/// <summary>Cuts terms and a free text to what the model takes, and says whether anything was cut.</summary>
internal delegate (string Context, bool IsTruncated) ContextFitter(IReadOnlyList<string> terms, string text);

/// <summary>What requests are checked against.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Languages">What it recognizes.</param>
/// <param name="AlignmentLanguages">Which of them get aligned word times; empty without an aligner.</param>
/// <param name="FitContext">How biasing becomes context.</param>
internal sealed record ModelFacts(
    string Name, IReadOnlyList<Language> Languages, IReadOnlyList<Language> AlignmentLanguages, ContextFitter FitContext)
{
    public static ModelFacts Of(ServedModel model, WordAligner aligner) =>
        new(model.Name, model.Languages, AligningOf(model, aligner), model.Engine.FitContext);

    /// <summary>Languages that a model recognizes and the server's aligner aligns.</summary>
    public static IReadOnlyList<Language> AligningOf(ServedModel model, WordAligner aligner) =>
        [.. model.Languages.Intersect(aligner.Languages)];
}
