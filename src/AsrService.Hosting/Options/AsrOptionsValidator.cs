using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Checks every documented range of <see cref="AsrOptions"/>.</summary>
internal sealed class AsrOptionsValidator : IValidateOptions<AsrOptions>
{
    private const int MinKeyBytes = 32;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, AsrOptions options)
    {
        var mistakes = new SettingMistakes();
        CheckModels(options.Models, mistakes);
        CheckLimits(options.Limits, mistakes);
        CheckEngine(options.Engine, mistakes);
        CheckAligner(options.Aligner, mistakes);
        CheckKey(options.Resume.Key, mistakes);
        AuthChecks.Check(options.Auth, mistakes);
        QuotaChecks.Check(options.Quotas, mistakes);
        CheckHub(options.Hub, mistakes);
        mistakes.In("Asr:Drain").Range(nameof(options.Drain.GracePeriod), options.Drain.GracePeriod, TimeSpan.Zero, Day);
        return mistakes.ToResult();
    }

    private static void CheckModels(IList<ModelLocation> models, SettingMistakes mistakes)
    {
        if (models.Count > 1) mistakes.Add("Asr:Models", $"{models.Count} models; at most 1 is served.");
        if (models.Count > 0 && models[0].Path.Length == 0)
            mistakes.Add("Asr:Models:0:Path", "is empty; expected a checkpoint folder.");
    }

    private static void CheckHub(HubOptions hub, SettingMistakes mistakes)
    {
        bool isHttp = Uri.TryCreate(hub.Address, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
        if (hub.Address.Length > 0 && !isHttp) mistakes.Add("Asr:Hub:Address", $"\"{hub.Address}\" is not an http or https URL.");
    }

    private static void CheckLimits(LimitOptions limits, SettingMistakes mistakes)
    {
        var at = mistakes.In("Asr:Limits");
        at.Range(nameof(limits.MaxAudioMessageBytes), limits.MaxAudioMessageBytes, 1024, 1024 * 1024);
        at.Range(nameof(limits.MaxMessageBytes), limits.MaxMessageBytes, 64 * 1024, 64 * 1024 * 1024);
        if (limits.MaxAudioMessageBytes >= limits.MaxMessageBytes)
        {
            mistakes.Add(
                "Asr:Limits:MaxAudioMessageBytes",
                $"{limits.MaxAudioMessageBytes} does not fit into a message of MaxMessageBytes, {limits.MaxMessageBytes}.");
        }
        at.Range(nameof(limits.MaxCalls), limits.MaxCalls, 1, 65_536);
        at.Range(nameof(limits.MaxReceive), limits.MaxReceive, Second, Hour);
        at.Range(nameof(limits.MaxBufferedAudio), limits.MaxBufferedAudio, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5));
        at.Range(nameof(limits.MaxIdle), limits.MaxIdle, Second, Hour);
        at.Range(nameof(limits.MaxSession), limits.MaxSession, Second, Day);
        at.Range(nameof(limits.ResumePeriod), limits.ResumePeriod, Second, Hour);
        at.Range(nameof(limits.MaxTranscribeAudio), limits.MaxTranscribeAudio, Second, TimeSpan.FromMinutes(10));
        at.Range(nameof(limits.MaxFileAudio), limits.MaxFileAudio, Second, Day);
        at.Range(nameof(limits.MaxFileBytes), limits.MaxFileBytes, 1024, 1L << 40);
    }

    private static void CheckAligner(AlignerOptions aligner, SettingMistakes mistakes)
    {
        if (aligner.Address.Length == 0) return;
        bool isAddress = Uri.TryCreate(aligner.Address, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https" or "unix");
        if (!isAddress) mistakes.Add("Asr:Aligner:Address", $"{aligner.Address} is no address; expected http://HOST:PORT, https://HOST:PORT or unix:/PATH.");
        if (aligner.Path.Length > 0)
            mistakes.Add("Asr:Aligner:Path", $"{aligner.Path} is not loaded when Asr:Aligner:Address names a service; set one of them.");
    }

    /// <summary>The key itself must not get into a message.</summary>
    private static void CheckKey(string key, SettingMistakes mistakes)
    {
        if (key.Length == 0 || Base64Text.IsKey(key, MinKeyBytes)) return;
        mistakes.Add("Asr:Resume:Key", FormattableString.Invariant($"is not base64 of at least {MinKeyBytes} bytes."));
    }

    private static void CheckEngine(EngineSettings engine, SettingMistakes mistakes)
    {
        var at = mistakes.In("Asr:Engine");
        at.Range(nameof(engine.MaxChannels), engine.MaxChannels, 1, 128);
        at.Range(nameof(engine.MaxFiles), engine.MaxFiles, 1, 64);
        at.Range(nameof(engine.MaxAlignments), engine.MaxAlignments, 1, 4096);
        at.Range(nameof(engine.Threads), engine.Threads, 0, 1024);
        at.Range(nameof(engine.MaxKvBytes), engine.MaxKvBytes, 1L << 20, 1L << 40);
        at.Range(nameof(engine.StepBudget), engine.StepBudget, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2));
    }
}
