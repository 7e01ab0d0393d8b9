using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using AsrService.Contracts.V1;
using AsrService.Server.Tests.Refinement;
using AsrService.TestKit;
using Google.Protobuf;
using Grpc.Core;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>What <c>/metrics</c> shows, over a server that has done a bit of everything.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Scrape_AfterWork_IsWhatTheDocumentSays()
    {
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(new FakeAligner()));
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        await WorkAsync(server);

        var own = (await Exposition.ScrapeAsync(http)).Values.Where(family => IsOwn(family.Name));

        var shown = own.Select(family => $"{family.Name} {family.Type} [{string.Join(' ', family.Labels)}] {family.Help}");
        Assert.Equal(Documented().Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Scrape_AfterWork_CountsIt()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=1");
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        await WorkAsync(server);

        var families = await Exposition.ScrapeAsync(http);

        double Sum(string family, string label = "") =>
            families[family].Samples.Where(sample => sample.Key.Contains(label, StringComparison.Ordinal)).Sum(sample => sample.Value);
        Assert.Equal(1, Sum("asr_sessions_started_total"));
        Assert.Equal(1, Sum("asr_sessions_ended_total", "code=\"OK\""));
        Assert.Equal(1, Sum("asr_sessions_rejected_total", "reason=\"server_full\""));
        Assert.Equal(1, Sum("asr_sessions_rejected_total", "reason=\"message_order\""));
        Assert.Equal(6, Sum("asr_audio_received_seconds_total", "pcm_s16le"), 0.001);
        Assert.Equal(0, Sum("asr_sessions_active"));
        Assert.Equal(0, Sum("asr_stable_words_violated_total", "by=\"partial\""));
        Assert.Equal(1, Sum("rpc_server_call_duration_seconds", "_count{rpc_method=\"/asr.v1.Transcriber/Transcribe\",status=\"OK\"}"));
        Assert.Equal(2, Sum("asr_model_info")); // and the aligner
    }

    [Fact]
    public async Task Scrape_AfterMoreSessions_HasNoMoreSeries()
    {
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        async Task<int> SeriesAfterAsync(int sessions)
        {
            await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => LiveCall.RunAsync(server.Client, LiveCall.Config, Clips.Interview(4))));
            return (await Exposition.ScrapeAsync(http)).Values.Where(family => IsOwn(family.Name)).Sum(family => family.Samples.Count);
        }

        await WorkAsync(server);
        int few = await SeriesAfterAsync(2), many = await SeriesAfterAsync(24);

        Assert.InRange(many - few, 0, 12); // a further label's value may turn up by chance, but none for each session
    }

    [Fact]
    public async Task Scrape_WhileStreamsRun_IsAlwaysWhole()
    {
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };

        var streaming = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LiveCall.RunAsync(server.Client, LiveCall.Config, Clips.Interview(6))));
        int scrapes = 0;
        do
        {
            Assert.Contains("asr_engine_up", await Exposition.ScrapeAsync(http));
            scrapes++;
        }
        while (!streaming.IsCompleted);

        Assert.All(await streaming, outcome => Assert.Equal(EndReason.AudioCompleted, outcome.Ended));
        var ended = (await Exposition.ScrapeAsync(http))["asr_sessions_ended_total"];
        Assert.Equal(8, Assert.Single(ended.Samples).Value);
        Assert.True(scrapes > 0);
    }

    [Fact]
    public async Task Scrape_ThatHangs_HoldsUpNoStream()
    {
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        using var held = new ManualResetEventSlim();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Meters.Create(new MeterOptions("Asr.Transcriber")).CreateObservableGauge("test.slow", () =>
        {
            reached.TrySetResult();
            held.Wait();
            return 1;
        });

        var scrape = http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Clips.Interview(4));
        bool wasHeld = !scrape.IsCompleted;
        held.Set();

        Assert.Equal((EndReason.AudioCompleted, true), (outcome.Ended!.Value, wasHeld));
        Assert.Contains("test_slow 1", await scrape, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy/prometheus/alerts.yml")]
    [InlineData("deploy/grafana/asr.json")]
    public void DeployedFile_EveryMetricInIt_IsDocumented(string path)
    {
        var known = Documented().Select(row => row.Split(' ')[0]).ToHashSet();
        string text = File.ReadAllText(Path.Combine(RepositoryPaths.Root, path));

        var used = MetricName().Matches(text).Select(match => HistogramSuffix().Replace(match.Value, "")).Distinct();

        Assert.DoesNotContain(used, name => !known.Contains(name));
    }

    internal static bool IsOwn(string name) => name.StartsWith("asr_", StringComparison.Ordinal) || name.StartsWith("rpc_", StringComparison.Ordinal);

    private static async Task WorkAsync(TestServer server)
    {
        using var first = server.Client.StreamingTranscribe();
        await first.RequestStream.WriteAsync(new() { Config = LiveCall.Config });
        await ReadAsync(first, response => response.Started is not null);
        if (server.Engine.Health.ChannelCapacity == 1)
            await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Config = LiveCall.Config });
        foreach (byte[] chunk in Clips.Interview(6).Chunk(64_000)) // 2 s, after which there is a partial if no more comes
        {
            await first.RequestStream.WriteAsync(LiveCall.Audio(chunk));
            await ReadAsync(first, response => response.Result is not null);
        }
        await first.RequestStream.CompleteAsync();
        await ReadAsync(first, response => response.Ended is { Reason: EndReason.AudioCompleted });
        Assert.False(await first.ResponseStream.MoveNext(CancellationToken.None));
        await LiveCall.RunAsync(server.Client, LiveCall.Audio(new byte[320])); // no config
        await server.Client.TranscribeAsync(new TranscribeRequest { Audio = ByteString.CopyFrom(Clips.InterviewWav(3)) });
    }

    private static async Task ReadAsync(
        AsyncDuplexStreamingCall<StreamingTranscribeRequest, StreamingTranscribeResponse> call,
        Func<StreamingTranscribeResponse, bool> isAwaited)
    {
        do Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        while (!isAwaited(call.ResponseStream.Current));
    }

    /// <summary>Rows of the table in docs/metrics.md.</summary>
    private static IEnumerable<string> Documented() =>
        from line in File.ReadLines(Path.Combine(RepositoryPaths.Root, "docs", "metrics.md"))
        let row = Row().Match(line)
        where row.Success && IsOwn(row.Groups[1].Value)
        let labels = row.Groups[3].Value.Replace("`", "", StringComparison.Ordinal).Split(", ", StringSplitOptions.RemoveEmptyEntries)
        select $"{row.Groups[1]} {row.Groups[2]} [{string.Join(' ', labels.Order(StringComparer.Ordinal))}] {row.Groups[4]}";

    [GeneratedRegex(@"^\| `(\w+)` \| (counter|gauge|histogram) \| ?(.*?) \| (.*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<![\w:])(?:asr|rpc_server)_\w+")]
    private static partial Regex MetricName();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();
}
