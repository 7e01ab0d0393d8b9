using AsrService.Audio;

namespace AsrService.Engine.Sessions;

/// <summary>Refuses options out of their ranges.</summary>
internal static class SessionChecks
{
    /// <exception cref="AsrException">Names the first option at fault, its value and its range.</exception>
    public static void Check(SessionOptions options, SessionHost host)
    {
        Range("sample_rate", options.SampleRate, 8_000, 48_000);
        Range("channels", options.Channels, 1, AudioReader.MaxChannels);
        Range("interim.interval", options.Interim.Interval, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2));
        Range("interim.agreement", options.Interim.Agreement, 1, 8);
        Check(options.Endpointing);
        Check(options.Language);
        CheckContext(options.Context, host);
    }

    public static void Check(EndpointingOptions options)
    {
        Range("endpointing.min_silence", options.MinSilence, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        Range("endpointing.max_segment", options.MaxSegment, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        Range("endpointing.speech_pad", options.SpeechPad, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    public static void Check(LanguageOptions options)
    {
        if (options.Mode == LanguageMode.Force && options.Languages.Count != 1)
            throw Invalid("language.languages", $"{options.Languages.Count} languages to force; expected 1");
    }

    public static void CheckContext(string context, SessionHost host)
    {
        int tokens = host.Recognizer.Format.ContextTokens(context);
        if (tokens > host.MaxContextTokens) throw Invalid("context", $"{tokens} tokens; at most {host.MaxContextTokens}");
    }

    public static void Range<T>(string field, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0) throw Invalid(field, $"{value} is not in {least} to {most}");
    }

    private static AsrException Invalid(string field, string what) =>
        new(AsrFailure.InvalidOptions, $"{field}: {what}.") { Field = field };
}
