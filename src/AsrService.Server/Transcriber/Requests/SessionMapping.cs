using AsrService.Engine.Sessions;
using AsrService.Hosting;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>A live session as its config asks for it.</summary>
/// <param name="Options">For the engine.</param>
/// <param name="Format">Of all audio.</param>
/// <param name="Effective">The config with every default filled in.</param>
/// <param name="Warnings">What the caller should know before the first result.</param>
internal sealed record SessionPlan(
    SessionOptions Options, RawFormat Format, V1.StreamingConfig Effective, IReadOnlyList<V1.Warning> Warnings);

/// <summary>Reads the messages that say how a session is to be recognized.</summary>
internal static class SessionMapping
{
    private const uint MinAgreement = 1, MaxAgreement = 8;

    private static readonly InterimOptions DefaultInterim = new();

    /// <exception cref="Grpc.Core.RpcException">What is wrong with it.</exception>
    public static SessionPlan Read(V1.StreamingConfig config, ModelFacts model)
    {
        var violations = new Violations();
        var field = violations.At("config");
        var language = RecognitionMapping.Check(config.Recognition, model, field["recognition"]);
        var format = RawFormat.ReadLive(config.AudioFormat, field["audio_format"]);
        var interim = ReadInterim(config.Interim, field["interim"]);
        var endpointing = EndpointingMapping.Read(config.Endpointing, field["endpointing"]);
        violations.ThrowIfAny();

        var plan = RecognitionMapping.Plan(config.Recognition, language, model, "config.recognition");
        var options = new SessionOptions
        {
            SampleRate = format!.SampleRate,
            Channels = format.Channels,
            Language = plan.Language,
            Context = plan.Context,
            Interim = interim,
            Endpointing = endpointing,
            Words = plan.Words,
            Samples = plan.Aligns,
        };
        var effective = new V1.StreamingConfig
        {
            Recognition = plan.Effective,
            AudioFormat = format.ToMessage(),
            Interim = ToMessage(interim),
            Endpointing = EndpointingMapping.ToMessage(endpointing),
        };
        bool isResampled = format.SampleRate != Audio.Resampler.OutputRate;
        return new SessionPlan(
            options, format, effective, isResampled ? [Warnings.Resampled(format.SampleRate), .. plan.Warnings] : plan.Warnings);
    }

    /// <summary>Reads an update.</summary>
    /// <returns>The update, and whether its biasing was cut.</returns>
    /// <exception cref="Grpc.Core.RpcException">What is wrong with it.</exception>
    public static (SessionUpdate Update, bool IsTruncated) ReadUpdate(V1.ConfigUpdate update, ModelFacts model)
    {
        var violations = new Violations();
        var field = violations.At("control.update");
        BiasingMapping.Check(update.Biasing, field["biasing"]);
        var language = LanguageMapping.Read(update.Language, model, field["language"]);
        var endpointing = EndpointingMapping.Read(update.Endpointing, field["endpointing"]);
        violations.ThrowIfAny();

        var (context, isTruncated) = BiasingMapping.Fit(update.Biasing, model);
        var changes = new SessionUpdate(
            update.Biasing is null ? null : context,
            update.Language is null ? null : language,
            update.Endpointing is null ? null : endpointing);
        return (changes, isTruncated);
    }

    private static InterimOptions ReadInterim(V1.InterimOptions? options, Violations.Field field)
    {
        if (options is null) return DefaultInterim;
        uint agreement = options.HasAgreement ? options.Agreement : (uint)DefaultInterim.Agreement;
        if (agreement is < MinAgreement or > MaxAgreement)
            field["agreement"].Refuse($"{agreement} is not in {MinAgreement} to {MaxAgreement}.");
        return new InterimOptions
        {
            Disabled = options.Disabled,
            Interval = ExactDuration.Read(
                options.Interval, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2), DefaultInterim.Interval, field["interval"]),
            Agreement = (int)Math.Clamp(agreement, MinAgreement, MaxAgreement),
        };
    }

    private static V1.InterimOptions ToMessage(InterimOptions interim) => new()
    {
        Disabled = interim.Disabled,
        Interval = Duration.FromTimeSpan(interim.Interval),
        Agreement = (uint)interim.Agreement,
    };
}
