using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using AsrService.Hosting;
using AsrService.Server.Refinement;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What every kind of recognition was told, checked.</summary>
/// <param name="Language">Which languages to expect.</param>
/// <param name="Context">Biasing, cut to what the model takes.</param>
/// <param name="Words">Whether results carry words.</param>
/// <param name="Aligns">Whether they are to get aligned times.</param>
/// <param name="Effective">The message with every default filled in.</param>
/// <param name="Warnings">What the caller should know before the first result.</param>
internal sealed record RecognitionPlan(
    LanguageOptions Language, string Context, bool Words, bool Aligns, V1.RecognitionOptions Effective,
    IReadOnlyList<V1.Warning> Warnings);

/// <summary>Reads <c>RecognitionOptions</c> in two steps, since bad values anywhere in a config come before all else.</summary>
internal static class RecognitionMapping
{
    /// <summary>Checks the values.</summary>
    public static LanguageOptions Check(V1.RecognitionOptions? options, ModelFacts model, Violations.Field field)
    {
        if (options is null) return LanguageOptions.Default;
        NameFields.CheckModel(options.Model, field["model"]);
        NameFields.CheckRequestId(options.ClientRequestId, field["client_request_id"]);
        if (!Enum.IsDefined(options.WordTimes))
            field["word_times"].Refuse($"{options.WordTimes} is not one of NONE, ESTIMATED, ALIGNED_PREFERRED, ALIGNED_REQUIRED.");
        BiasingMapping.Check(options.Biasing, field["biasing"]);
        return LanguageMapping.Read(options.Language, model, field["language"]);
    }

    /// <summary>Puts checked options to use.</summary>
    /// <param name="options">As checked; null for defaults.</param>
    /// <param name="language">What <see cref="Check"/> returned.</param>
    /// <param name="model">The model.</param>
    /// <param name="subject">Path of the options, for details.</param>
    /// <exception cref="Grpc.Core.RpcException">No such model, or word times that are not to be had.</exception>
    public static RecognitionPlan Plan(V1.RecognitionOptions? options, LanguageOptions language, ModelFacts model, string subject)
    {
        options ??= new V1.RecognitionOptions();
        if (options.Model.Length > 0 && options.Model != model.Name) throw Refusals.ModelUnknown([model.Name]);

        var times = options.WordTimes == V1.WordTimes.Unspecified ? V1.WordTimes.AlignedPreferred : options.WordTimes;
        bool isWanted = times is V1.WordTimes.AlignedPreferred or V1.WordTimes.AlignedRequired;
        string? obstacle = isWanted ? ObstacleTo(times, language.Languages, model) : null;
        if (obstacle is not null && times == V1.WordTimes.AlignedRequired)
        {
            throw Refusals.Unmet(
                ErrorReasons.WordTimes, $"{subject}.word_times",
                $"ALIGNED_REQUIRED, but: {obstacle}. Ask for ALIGNED_PREFERRED or ESTIMATED.");
        }

        var (context, isTruncated) = BiasingMapping.Fit(options.Biasing, model);
        var warnings = new List<V1.Warning>();
        if (obstacle is not null) warnings.Add(Warnings.WordTimesUnavailable(obstacle));
        if (isTruncated) warnings.Add(Warnings.BiasingTruncated());
        var effective = new V1.RecognitionOptions
        {
            Model = model.Name,
            Language = LanguageMapping.ToMessage(language),
            Biasing = options.Biasing?.Clone() ?? new V1.Biasing(),
            WordTimes = times,
            ClientRequestId = options.ClientRequestId,
        };
        bool aligns = isWanted && obstacle is null;
        return new RecognitionPlan(language, context, times != V1.WordTimes.None, aligns, effective, warnings);
    }

    /// <summary>Why there will be no aligned times: required for every language given, preferred for one of them at least.</summary>
    private static string? ObstacleTo(V1.WordTimes times, IReadOnlyList<Language> given, ModelFacts model)
    {
        if (model.AlignmentLanguages.Count == 0) return "This server has no aligner";
        var missing = given.Except(model.AlignmentLanguages).ToList();
        bool isMet = times == V1.WordTimes.AlignedRequired ? missing.Count == 0 : given.Count == 0 || missing.Count < given.Count;
        return isMet ? null : MissWarnings.NoAligner(missing[0]);
    }
}
