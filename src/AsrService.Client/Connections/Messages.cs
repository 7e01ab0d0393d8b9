using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client;

/// <summary>Options as the contract writes them. Ranges are the service's to check: its refusals name the field.</summary>
internal static class Messages
{
    public static V1.StreamingConfig Of(StreamOptions options) => new()
    {
        Recognition = Recognition(options),
        AudioFormat = Of(options.Format),
        Interim = new V1.InterimOptions { Disabled = !options.HasPartials, Interval = Of(options.PartialInterval) }.With(options.Agreement),
        Endpointing = Of(options.Endpointing),
    };

    public static V1.ConfigUpdate Of(StreamUpdate update) => new()
    {
        Biasing = Of(update.Biasing),
        Language = Of(update.Language),
        Endpointing = Of(update.Endpointing),
    };

    public static V1.RecognitionOptions Recognition(RecognitionOptions options) => new()
    {
        Model = options.Model,
        Language = Of(options.Language),
        Biasing = Of(options.Biasing),
        WordTimes = (V1.WordTimes)options.WordTimes,
        ClientRequestId = options.ClientRequestId,
    };

    public static V1.FileOptions File(RecordingOptions options) => new()
    {
        Segmentation = (V1.Segmentation)options.Segmentation,
        MaxSegment = Of(options.MaxSegment),
        Endpointing = Of(options.Endpointing),
    };

    public static V1.AudioFormat? Of(AudioFormat? format) => format is null ? null : new()
    {
        Encoding = format.Encoding == AudioEncoding.Container ? V1.AudioEncoding.Container : (V1.AudioEncoding)format.Encoding,
        SampleRateHertz = (uint)format.SampleRate,
        Channels = (uint)format.Channels,
    };

    private static V1.InterimOptions With(this V1.InterimOptions interim, int? agreement)
    {
        if (agreement is { } count) interim.Agreement = (uint)count;
        return interim;
    }

    private static V1.LanguageOptions? Of(LanguageOptions? options) => options is null ? null : new()
    {
        Languages = { options.Languages },
        Mode = (V1.LanguageMode)options.Mode,
    };

    private static V1.Biasing? Of(Biasing? biasing) => biasing is null ? null : new()
    {
        Terms = { biasing.Terms },
        Context = biasing.Context,
    };

    private static V1.EndpointingOptions? Of(EndpointingOptions? options) => options is null ? null : new()
    {
        Mode = (V1.EndpointingMode)options.Mode,
        MinSilence = Of(options.MinSilence),
        MaxSegment = Of(options.MaxSegment),
        SpeechPad = Of(options.SpeechPad),
    };

    private static Duration? Of(TimeSpan? time) => time is { } value ? Duration.FromTimeSpan(value) : null;
}
