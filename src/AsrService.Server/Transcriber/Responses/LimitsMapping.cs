using AsrService.Hosting;
using AsrService.Server.Refinement;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What callers may ask for and of which model, to the wire.</summary>
internal static class LimitsMapping
{
    public static V1.Limits ToMessage(LimitOptions limits) => new()
    {
        MaxAudioMessageBytes = (uint)limits.MaxAudioMessageBytes,
        MaxMessageBytes = (uint)limits.MaxMessageBytes,
        MaxBufferedAudio = Duration.FromTimeSpan(limits.MaxBufferedAudio),
        MaxIdle = Duration.FromTimeSpan(limits.MaxIdle),
        MaxSession = Duration.FromTimeSpan(limits.MaxSession),
        ResumePeriod = Duration.FromTimeSpan(limits.ResumePeriod),
        MaxTranscribeAudio = Duration.FromTimeSpan(limits.MaxTranscribeAudio),
        MaxFileAudio = Duration.FromTimeSpan(limits.MaxFileAudio),
        MaxFileBytes = (ulong)limits.MaxFileBytes,
    };

    public static V1.ModelInfo ToMessage(ServedModel model, WordAligner aligner) => new()
    {
        Name = model.Name,
        Revision = model.Revision,
        IsDemonstration = model.Notice is not null,
        Notice = model.Notice ?? "",
        Languages = { model.Languages.Select(one => TextMapping.ToMessage(one, probability: null)) },
        AlignmentLanguages = { ModelFacts.AligningOf(model, aligner).Select(one => TextMapping.ToMessage(one, probability: null)) },
    };
}
