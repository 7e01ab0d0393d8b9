namespace AsrService.EndToEnd.Tests.Service;

/// <summary>The service with few places and default limits: who reads again has time to.</summary>
public sealed class PatientService() : ServiceFixture($"Asr:Engine:MaxChannels={Channels}")
{
    internal const int Channels = 4;
}

/// <summary>The service with few places that soon gives up those who do not read.</summary>
public sealed class ImpatientService() : ServiceFixture(
    $"Asr:Engine:MaxChannels={PatientService.Channels}", "Asr:Limits:MaxIdle=00:00:03");
