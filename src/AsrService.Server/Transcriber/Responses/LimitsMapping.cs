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

    public static V1.ModelInfo ToMessage(ServedModel model, WordAligner aligner)
    {
        var message = ModelMessages.Of(model);
        message.AlignmentLanguages.Add(ModelFacts.AligningOf(model, aligner).Select(one => ModelMessages.Of(one, probability: null)));
        return message;
    }
}
