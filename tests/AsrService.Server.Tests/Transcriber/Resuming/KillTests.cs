using System.Security.Cryptography;
using AsrService.Contracts.V1;
using Grpc.Core;
using Grpc.Net.Client;
using TranscriberClient = AsrService.Contracts.V1.Transcriber.TranscriberClient;

namespace AsrService.Server.Tests.Transcriber.Resuming;

/// <summary>Two real processes, one of which dies without a word.</summary>
[Trait("Category", "EndToEnd")]
public class KillTests
{
    private const int Callers = 4;

    private static readonly string Key = "--Asr:Resume:Key=" + Convert.ToBase64String(SHA256.HashData("one"u8));

    private static readonly byte[] Speech = Clips.Interview(12);

    [Fact]
    public async Task Kill_OfOneInstanceUnderLoad_CallersGoOnWithTheOther()
    {
        using var victim = new ServerProcess([.. ServerProcess.FreePorts, Key]);
        using var survivor = new ServerProcess([.. ServerProcess.FreePorts, Key]);
        using var toVictim = GrpcChannel.ForAddress((await victim.AddressesAsync()).Grpc.OriginalString);
        using var toSurvivor = GrpcChannel.ForAddress((await survivor.AddressesAsync()).Grpc.OriginalString);
        var whole = await LiveCall.RunAsync(new TranscriberClient(toSurvivor), LiveCall.Config, Speech);
        Assert.NotEmpty(whole.Finals);
        var callers = Enumerable.Range(0, Callers).Select(_ => new ResumingCaller(Speech, LiveCall.Config)).ToList();
        for (int i = 0; i < Callers; i++)
        {
            await callers[i].ConnectAsync(new TranscriberClient(toVictim));
            await callers[i].SendToAsync(Speech.Length / (i + 2) / 2 * 2, 3_200);
        }

        await callers[0].ReadAsync(response => response.Flow is not null || response.Result is { IsFinal: true });
        await victim.SignalAsync("KILL");
        foreach (var caller in callers) await caller.FailAsync();

        await Task.WhenAll(callers.Select(async caller =>
        {
            Assert.True((await caller.ConnectAsync(new TranscriberClient(toSurvivor))).Resumed);
            await caller.SendToAsync(Speech.Length, 6_400);
            await caller.CompleteAsync();
        }));

        Assert.All(callers, caller => Assert.Equal(whole.Words, caller.Words));
        callers.ForEach(caller => caller.Dispose());
        Assert.Equal(0, (await survivor.SignalAsync("TERM")).Code);
    }

    [Fact]
    public async Task Terminate_WithARunningCall_EndsItWithATokenAndExitsWithZero()
    {
        using var server = new ServerProcess([.. ServerProcess.FreePorts, Key, "--Asr:Drain:GracePeriod=00:00:01"]);
        using var channel = GrpcChannel.ForAddress((await server.AddressesAsync()).Grpc.OriginalString);
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(new TranscriberClient(channel));
        await caller.SendToAsync(32_000, 3_200);

        var leaving = server.SignalAsync("TERM");
        var ended = await caller.ReadAsync(response => response.Ended is not null);

        Assert.Equal(EndReason.Drain, ended.Ended.Reason);
        Assert.NotEmpty(ended.ResumeToken);
        Assert.Equal(StatusCode.Unavailable, (await caller.FailAsync()).StatusCode);
        Assert.Equal(0, (await leaving).Code);
    }
}
