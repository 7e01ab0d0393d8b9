namespace AsrService.EndToEnd.Tests.Service;

/// <summary>The service with limits that a test can reach.</summary>
public sealed class SmallService() : ServiceFixture(
    $"Asr:Engine:MaxChannels={Channels}", "Asr:Limits:MaxIdle=00:00:03", "Asr:Limits:MaxSession=00:00:08")
{
    internal const int Channels = 4;
    internal const double SessionSeconds = 8;
}
