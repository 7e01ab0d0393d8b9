using AsrService.Contracts.V1;
using AsrService.Hosting;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Call = Grpc.Core.AsyncDuplexStreamingCall<
    AsrService.Contracts.V1.StreamingAlignRequest, AsrService.Contracts.V1.StreamingAlignResponse>;

namespace AsrService.Aligner.Tests;

/// <summary>Many segments on one call: answers, their order, their own errors, and what ends the call.</summary>
[Trait("Category", "EndToEnd")]
public sealed class StreamingAlignTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // of the test, should all be lost
    private static readonly StreamingAlignRequest Config = new() { Config = new StreamingAlignConfig { AudioFormat = Speech.Raw } };

    [Theory, InlineData(Place.Alone), InlineData(Place.Hosted)]
    public async Task StreamingAlign_ManySegments_AreAnsweredAsByAlign(Place place)
    {
        await using var server = await AlignerServer.StartAsync(place);
        var requests = Speech.Of("interview-en", "en").Concat(Speech.Of("meeting-en", "en")).ToList();

        var answers = await RunAsync(server, [Config, .. requests.Select((request, i) => Segment(request, $"{i}"))]);

        Assert.Equal(requests.Count, answers.Count);
        for (int i = 0; i < requests.Count; i++) Assert.Equal(await server.Client.AlignAsync(requests[i]), answers[$"{i}"].Alignment);
    }

    [Fact]
    public async Task StreamingAlign_BadSegmentsAmidGoodOnes_AreAnsweredWithAStatusAndHarmNone()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);
        var alone = await server.Client.AlignAsync(Speech.First);

        var answers = await RunAsync(
            server,
            [
                Config, Segment(Speech.First, "good 1"),
                Segment(Speech.With(it => it.Language = "ar"), "language"),
                Segment(Speech.With(it => it.Audio = ByteString.Empty), "empty"),
                Segment(Speech.With(it => it.Audio = Speech.Silence(33)), "long"),
                Segment(Speech.First, new string('x', 129)),
                Segment(Speech.First, "good 2"),
            ]);

        Assert.Equal([alone, alone], [answers["good 1"].Alignment, answers["good 2"].Alignment]);
        foreach (var (id, field) in new[] { ("language", "language"), ("empty", "audio"), ("long", "audio"), (new string('x', 129), "segment_id") })
        {
            var error = answers[id].Error;
            Assert.Equal((int)StatusCode.InvalidArgument, error.Code);
            Assert.Equal(field, error.GetDetail<BadRequest>()!.FieldViolations.Single().Field);
            Assert.Equal("BAD_VALUE", error.GetDetail<ErrorInfo>()!.Reason);
        }
    }

    [Fact]
    public async Task StreamingAlign_ModelFailsOnASegment_TheOthersAreAnswered()
    {
        using var model = new ScriptedAligner { BrokenSequences = { 3 } };
        await using var server = await StartAsync(model);

        var answers = await RunAsync(server, [Config, .. Enumerable.Range(0, 6).Select(i => Segment(model.Request, $"{i}"))]);

        var failed = Assert.Single(answers.Values, answer => answer.Error is not null);
        Assert.Equal((int)StatusCode.Internal, failed.Error.Code);
        Assert.Equal("ENGINE_FAULT", failed.Error.GetDetail<ErrorInfo>()!.Reason);
        Assert.Equal(6, answers.Count);
    }

    [Fact]
    public async Task StreamingAlign_64Unanswered_ReadsNoMoreUntilSomeAreAnswered()
    {
        using var model = new ScriptedAligner();
        await using var server = await StartAsync(model, "Asr:Engine:MaxAlignments=64"); // would refuse a 65th
        using var call = server.Client.StreamingAlign();
        model.Hold();
        await call.RequestStream.WriteAsync(Config);
        for (int i = 0; i < 80; i++) await call.RequestStream.WriteAsync(Segment(model.Request, $"{i}")); // they fit into the window
        await call.RequestStream.CompleteAsync();
        await model.HeldAsync();
        await Assert.ThrowsAsync<RpcException>(() => server.Client.AlignAsync(new AlignRequest()).ResponseAsync); // there and back

        model.LetGo();
        var answers = await ReadAllAsync(call);

        Assert.Equal(80, answers.Count);
        Assert.All(answers.Values, answer => Assert.Null(answer.Error));
    }

    [Theory]
    [InlineData("segment first", StatusCode.FailedPrecondition)]
    [InlineData("config twice", StatusCode.FailedPrecondition)]
    [InlineData("nothing set", StatusCode.InvalidArgument)]
    [InlineData("bad config", StatusCode.InvalidArgument)]
    [InlineData("other model", StatusCode.NotFound)]
    [InlineData("too large", StatusCode.ResourceExhausted)]
    public async Task StreamingAlign_WrongMessage_EndsTheCall(string which, StatusCode expected)
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);
        StreamingAlignRequest[] requests = which switch
        {
            "segment first" => [Segment(Speech.First, "1")],
            "config twice" => [Config, Segment(Speech.First, "1"), Config],
            "nothing set" => [Config, new()],
            "bad config" => [new() { Config = new() { AudioFormat = new() { Encoding = AudioEncoding.PcmS16Le } } }],
            "other model" => [new() { Config = new() { Model = "other" } }],
            _ => [Config, Segment(new AlignRequest { Audio = ByteString.CopyFrom(new byte[12 << 20]) }, "1")],
        };

        var failure = await Assert.ThrowsAsync<RpcException>(() => RunAsync(server, requests));

        Assert.Equal(expected, failure.StatusCode);
    }

    [Fact]
    public async Task StreamingAlign_NoSegments_IsOk()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);

        Assert.Empty(await RunAsync(server, [Config]));
        Assert.Empty(await RunAsync(server, []));
    }

    [Fact]
    public async Task StreamingAlign_NoMessageForTheIdleLimit_IsAborted()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone, "Asr:Limits:MaxIdle=00:00:01");
        using var call = server.Client.StreamingAlign();
        await call.RequestStream.WriteAsync(Config);

        var failure = await Assert.ThrowsAsync<RpcException>(() => ReadAllAsync(call));

        Assert.Equal((StatusCode.Aborted, "IDLE"), (failure.StatusCode, failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason));
    }

    [Fact]
    public async Task StreamingAlign_TheServiceDrains_AnswersWhatItHasAndIsUnavailable()
    {
        using var model = new ScriptedAligner();
        await using var server = await StartAsync(model);
        using var call = server.Client.StreamingAlign();
        model.Hold();
        await call.RequestStream.WriteAsync(Config);
        await call.RequestStream.WriteAsync(Segment(model.Request, "1"));
        await model.HeldAsync();

        server.Services.GetRequiredService<DrainController>().Begin();
        model.LetGo();

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(("1", null), (call.ResponseStream.Current.SegmentId, call.ResponseStream.Current.Error));
        var end = await Assert.ThrowsAsync<RpcException>(() => ReadAllAsync(call));
        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
    }

    private static StreamingAlignRequest Segment(AlignRequest request, string id) => new() { Segment = request.ToSegment(id) };

    private static Task<AlignerServer> StartAsync(ScriptedAligner model, params string[] settings) => AlignerServer.StartAsync(
        Place.Alone, services => services.Replace(ServiceDescriptor.Singleton<IAlignerSource>(model)), settings);

    private static async Task<Dictionary<string, StreamingAlignResponse>> RunAsync(AlignerServer server, StreamingAlignRequest[] requests)
    {
        using var call = server.Client.StreamingAlign();
        var reading = ReadAllAsync(call);
        try
        {
            foreach (var request in requests) await call.RequestStream.WriteAsync(request);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The reading half has the status.
        }
        return await reading;
    }

    private static async Task<Dictionary<string, StreamingAlignResponse>> ReadAllAsync(Call call)
    {
        var answers = new Dictionary<string, StreamingAlignResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience))
            answers.Add(call.ResponseStream.Current.SegmentId, call.ResponseStream.Current);
        return answers;
    }
}
