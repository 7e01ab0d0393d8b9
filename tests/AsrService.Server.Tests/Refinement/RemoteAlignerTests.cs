using AsrService.Contracts.V1;
using AsrService.TestKit;

namespace AsrService.Server.Tests.Refinement;

/// <summary>A server that asks an aligner service of its own, by its settings alone.</summary>
[Trait("Category", "EndToEnd")]
public sealed class RemoteAlignerTests : IDisposable
{
    private static readonly byte[] Speech = Clips.Interview(4);

    private readonly TemporaryFolder _folder = new();

    private string Socket => Path.Combine(_folder.Path, "aligner.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Calls_AtOnce_AreRefinedOverOneStream()
    {
        await using var service = await FakeAlignerService.StartAsync(Socket);
        await using var server = await TestServer.StartAsync(null, $"Asr:Aligner:Address=unix:{Socket}");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LiveCall.RunAsync(server.Client, LiveCall.Config, Speech)));

        Assert.All(outcomes, outcome => RefinementCallTests.AssertRefined(outcome, outcome.Finals));
        Assert.Equal(outcomes.Sum(outcome => outcome.Finals.Count), service.Segments);
        Assert.Equal(1, service.Streams);
    }

    [Fact]
    public async Task Call_ServiceRestarted_IsRefinedAgainWithoutADelayedFinal()
    {
        var service = await FakeAlignerService.StartAsync(Socket);
        await using var server = await TestServer.StartAsync(null, $"Asr:Aligner:Address=unix:{Socket}");
        using var call = server.Client.StreamingTranscribe();
        await call.RequestStream.WriteAsync(new() { Config = LiveCall.Config });

        var before = await SpeakAsync(call);
        Assert.NotNull(before.Refinement);
        await service.DisposeAsync();
        var away = await SpeakAsync(call);
        Assert.Equal(WarningCode.WordTimesUnavailable, away.Warning.Code);
        await using var again = await FakeAlignerService.StartAsync(Socket);
        var after = await SpeakAsync(call);
        Assert.NotNull(after.Refinement);

        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) Assert.NotEqual(EndReason.Drain, call.ResponseStream.Current.Ended?.Reason);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Capabilities_WithAnAddress_OfferAlignedTimesAndDisabledOnesDoNot()
    {
        await using var server = await TestServer.StartAsync(null, $"Asr:Aligner:Address=unix:{Socket}");
        await using var without = await TestServer.StartAsync(null, $"Asr:Aligner:Address=unix:{Socket}", "Asr:Aligner:Disabled=true");

        Assert.Contains(Feature.WordAlignment, (await server.Client.GetCapabilitiesAsync(new())).Features);
        Assert.DoesNotContain(Feature.WordAlignment, (await without.Client.GetCapabilitiesAsync(new())).Features);
    }

    /// <summary>Says something and reads up to what comes of its final's alignment.</summary>
    private static async Task<StreamingTranscribeResponse> SpeakAsync(
        Grpc.Core.AsyncDuplexStreamingCall<StreamingTranscribeRequest, StreamingTranscribeResponse> call)
    {
        foreach (byte[] chunk in Speech.Chunk(32_000)) await call.RequestStream.WriteAsync(LiveCall.Audio(chunk));
        await call.RequestStream.WriteAsync(new() { Control = new Control { Finalize = new() } });
        bool hasFinal = false;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await call.ResponseStream.MoveNext(patience.Token))
        {
            var response = call.ResponseStream.Current;
            hasFinal |= response.Result is { IsFinal: true };
            if (response.Refinement is null && response.Warning is null) continue;
            Assert.True(hasFinal);
            return response;
        }

        throw new EndOfStreamException("The call has ended.");
    }
}
