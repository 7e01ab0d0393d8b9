using AsrService.Engine.Transcripts;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Hosting;

/// <summary>Models and languages, to the wire.</summary>
internal static class ModelMessages
{
    /// <summary>What callers are told of a model.</summary>
    public static V1.ModelInfo Of(ModelIdentity model) => new()
    {
        Name = model.Name,
        Revision = model.Revision,
        IsDemonstration = model.Notice is not null,
        Notice = model.Notice ?? "",
        Languages = { model.Languages.Select(one => Of(one, probability: null)) },
    };

    /// <summary>A language; the empty message where none was decided.</summary>
    public static V1.Language Of(Language? language, float? probability)
    {
        var message = new V1.Language { Tag = language?.Code ?? "", Name = language?.Name ?? "" };
        if (language is not null && probability is { } value) message.Probability = value;
        return message;
    }
}
