using AsrService.Engine.Transcripts;
using AsrService.Hosting;

namespace AsrService.Server.Transcriber;

/// <summary>Cuts terms and a free text to what the model takes, and says whether anything was cut.</summary>
internal delegate (string Context, bool IsTruncated) ContextFitter(IReadOnlyList<string> terms, string text);

/// <summary>What requests are checked against.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Languages">What it recognizes.</param>
/// <param name="FitContext">How biasing becomes context.</param>
internal sealed record ModelFacts(string Name, IReadOnlyList<Language> Languages, ContextFitter FitContext)
{
    public static ModelFacts Of(ServedModel model) => new(model.Name, model.Languages, model.Engine.FitContext);
}
