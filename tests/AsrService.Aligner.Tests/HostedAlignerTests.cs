using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using AsrService.TestKit;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Aligner.Tests;

/// <summary>When a server has an aligner, and what it says of it.</summary>
[Trait("Category", "EndToEnd")]
public sealed class HostedAlignerTests
{
    private static readonly string Recognizer = "Asr:Models:0:Path=" + Path.Combine(RepositoryPaths.Models, "demo-asr");
    private static readonly string Aligner = "Asr:Aligner:Path=" + Path.Combine(RepositoryPaths.Models, "demo-aligner");

    [Theory]
    [InlineData(true)]
    [InlineData(true, "recognizer", "aligner")]
    [InlineData(false, "recognizer")] // a model of one's own goes without the bundled aligner
    [InlineData(false, "Asr:Aligner:Disabled=true")]
    [InlineData(false, "Asr:Aligner:Disabled=true", "aligner")]
    [InlineData(false, "Asr:Aligner:Address=http://127.0.0.1:1")]
    public async Task Start_WithSettings_HostsTheAlignerOrNot(bool isHosted, params string[] settings)
    {
        settings = [.. settings.Select(setting => setting switch { "recognizer" => Recognizer, "aligner" => Aligner, _ => setting })];
        await using var server = await AlignerServer.StartAsync(Place.Hosted, settings);

        var status = await Record.ExceptionAsync(() => server.Client.AlignAsync(Speech.First).ResponseAsync);

        Assert.Equal(isHosted, status is null);
        if (!isHosted) Assert.Equal(StatusCode.Unimplemented, ((RpcException)status!).StatusCode);
        Assert.Equal(isHosted, (await ServicesOfAsync(server)).Contains("asr.v1.Aligner"));
    }

    [Fact]
    public async Task Start_Default_GivesTheServersOwnPartsTheSameTimes()
    {
        await using var server = await AlignerServer.StartAsync(Place.Hosted);
        var request = Speech.First;
        var samples = new float[request.Audio.Length / 2];
        Audio.PcmDecoder.Decode(Audio.SampleEncoding.S16, request.Audio.Span, samples);
        Assert.True(LanguageCatalog.TryResolve("en", out var english));

        var aligner = server.Services.GetRequiredService<IAligner>();
        var aligned = await aligner.AlignAsync(new AlignmentRequest(samples, request.Text, english), TestContext.Current.CancellationToken);

        var answer = await server.Client.AlignAsync(request);
        Assert.Equal(
            answer.Units.Select(unit => (unit.Text, unit.Start.ToTimeSpan(), unit.Probability)),
            aligned.Units.Select(unit => (unit.Text, unit.Start, unit.Probability)));
    }

    [Theory]
    [InlineData(Place.Alone, "")]
    [InlineData(Place.Alone, "asr.v1.Aligner")]
    [InlineData(Place.Hosted, "asr.v1.Aligner")]
    public async Task Health_Serving_SaysSo(Place place, string service)
    {
        await using var server = await AlignerServer.StartAsync(place);
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };

        var answer = await new Health.HealthClient(server.Channel).CheckAsync(new() { Service = service });

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
        Assert.Equal("ready\n", await http.GetStringAsync("/healthz/ready", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Services_Alone_AreTheAlignersOnly()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);

        var services = await ServicesOfAsync(server);

        Assert.Contains("asr.v1.Aligner", services);
        Assert.DoesNotContain("asr.v1.Transcriber", services);
    }

    [Fact]
    public async Task Metrics_Alone_CountAlignments()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone, "Asr:Engine:MaxKvBytes=1048576");
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        await server.Client.AlignAsync(Speech.First);
        string tooMuch = string.Join(' ', Enumerable.Repeat("Redis", 3000));
        await Assert.ThrowsAsync<RpcException>(() => server.Client.AlignAsync(Speech.With(it => it.Text = tooMuch)).ResponseAsync);

        string shown = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains("asr_alignment_repaired_words_total{model=\"demo-aligner", shown, StringComparison.Ordinal);
        Assert.Matches("asr_alignment_failures_total{model=\"demo-aligner[^}]*reason=\"bad_value\"} 1\n", shown);
        foreach (string histogram in new[] { "asr_queue_wait_seconds", "asr_batch_size", "asr_batch_duration_seconds" })
            Assert.Contains($"{histogram}_count{{stage=\"align\"}}", shown, StringComparison.Ordinal);
        Assert.Contains("asr_engine_up{model=\"demo-aligner", shown, StringComparison.Ordinal);
        Assert.Contains("asr_model_info{", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("asr_sessions", shown, StringComparison.Ordinal);
    }

    private static async Task<List<string>> ServicesOfAsync(AlignerServer server)
    {
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToList();
        await call.RequestStream.CompleteAsync();
        return services;
    }
}
