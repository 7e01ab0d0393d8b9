using System.Globalization;
using System.Text.RegularExpressions;
using AsrService.EndToEnd.Tests.Clients;

namespace AsrService.EndToEnd.Tests.Service;

/// <summary>The service that gives up those who do not read within a test's patience.</summary>
public sealed partial class SlowReaderService() : ServiceFixture("Asr:Limits:MaxIdle=00:00:10")
{
    private int _seen;

    /// <summary>Waits until one more session has ended as a slow reader's. Its status may still be unread.</summary>
    internal async Task OneMoreIsGivenUpAsync()
    {
        _seen++;
        using var patience = new CancellationTokenSource(ForeignClient.Patience);
        using var http = new HttpClient { BaseAddress = Process.Http };
        using var scrapes = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (GivenUp(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), patience.Token)) < _seen)
            await scrapes.WaitForNextTickAsync(patience.Token);
    }

    private static int GivenUp(string metrics) =>
        SlowReaders().Match(metrics) is { Success: true } sample ? int.Parse(sample.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("""^asr_sessions_ended_total\{[^}]*reason="slow_reader"[^}]*\} (\d+)""", RegexOptions.Multiline)]
    private static partial Regex SlowReaders();
}
