using System.Diagnostics;
using System.Text.Json;
using AsrService.TestKit;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>A Prometheus that scrapes one address every second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private readonly HttpClient _http;

    public PrometheusServer(Uri target)
    {
        string configuration = Path.Combine(_folder.Path, "prometheus.yml");
        File.WriteAllText(configuration, $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - {job_name: asr, static_configs: [{targets: ["{{target.Authority}}"]}]}
            """);
        string address = $"127.0.0.1:{FreePort.Find()}";
        _http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        _process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [$"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(_folder.Path, "data")}", $"--web.listen-address={address}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Asks until there is an answer that is wanted; it comes with some scrape.</summary>
    public async Task<double> QueryAsync(string query, Func<double, bool> isWanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await turns.WaitForNextTickAsync(patience.Token))
        {
            if (await AskAsync(query, patience.Token) is { } value && isWanted(value)) return value;
        }
        throw new TimeoutException(query);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<double?> AskAsync(string query, CancellationToken cancellationToken)
    {
        try
        {
            string answer = await _http.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", cancellationToken);
            using var json = JsonDocument.Parse(answer);
            var results = json.RootElement.GetProperty("data").GetProperty("result");
            if (results.GetArrayLength() == 0) return null;
            return double.Parse(results[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            Assert.False(_process.HasExited, "prometheus has ended.");
            return null; // it is starting
        }
    }
}
