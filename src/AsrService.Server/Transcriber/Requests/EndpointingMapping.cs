using AsrService.Audio;
using AsrService.Hosting;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>When a segment is over, from the wire and back.</summary>
internal static class EndpointingMapping
{
    private static readonly EndpointingOptions Default = new();

    public static EndpointingOptions Read(V1.EndpointingOptions? options, Violations.Field field)
    {
        if (options is null) return Default;
        EndpointingMode? mode = options.Mode switch
        {
            V1.EndpointingMode.Unspecified or V1.EndpointingMode.Server => EndpointingMode.Server,
            V1.EndpointingMode.Client => EndpointingMode.Client,
            _ => null,
        };
        if (mode is null) field["mode"].Refuse($"{options.Mode} is neither SERVER nor CLIENT.");
        return new EndpointingOptions
        {
            Mode = mode ?? Default.Mode,
            MinSilence = ExactDuration.Read(
                options.MinSilence, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), Default.MinSilence, field["min_silence"]),
            MaxSegment = ExactDuration.Read(
                options.MaxSegment, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), Default.MaxSegment, field["max_segment"]),
            SpeechPad = ExactDuration.Read(
                options.SpeechPad, TimeSpan.Zero, TimeSpan.FromMilliseconds(500), Default.SpeechPad, field["speech_pad"]),
        };
    }

    public static V1.EndpointingOptions ToMessage(EndpointingOptions options) => new()
    {
        Mode = options.Mode == EndpointingMode.Client ? V1.EndpointingMode.Client : V1.EndpointingMode.Server,
        MinSilence = Duration.FromTimeSpan(options.MinSilence),
        MaxSegment = Duration.FromTimeSpan(options.MaxSegment),
        SpeechPad = Duration.FromTimeSpan(options.SpeechPad),
    };
}
