namespace AsrService.Hosting;

/// <summary>Checks every documented range of <see cref="QuotaOptions"/>.</summary>
internal static class QuotaChecks
{
    private const string Section = "Asr:Quotas";

    public static void Check(QuotaOptions quotas, SettingMistakes mistakes)
    {
        Check(quotas.MaxStreams, quotas.MaxAudio, mistakes.In(Section));
        mistakes.In(Section).Range(nameof(quotas.Window), quotas.Window, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        foreach (var (name, quota) in quotas.Tenants) Check(quota.MaxStreams, quota.MaxAudio, mistakes.In($"{Section}:Tenants:{name}"));
    }

    private static void Check(int? streams, TimeSpan? audio, SettingMistakes.Checks at)
    {
        at.Range(nameof(QuotaOptions.MaxStreams), streams ?? 0, 0, 65_536);
        at.Range(nameof(QuotaOptions.MaxAudio), audio ?? default, TimeSpan.Zero, TimeSpan.FromDays(10_000));
    }
}
