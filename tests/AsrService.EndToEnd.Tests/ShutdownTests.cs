using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Recordings;
using AsrService.EndToEnd.Tests.Service;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.EndToEnd.Tests;

[Trait("Category", "EndToEnd")]
public class ShutdownTests
{
    [Fact]
    public async Task Terminate_CallsOpen_EndsThemAndLeaves()
    {
        await using var service = await ServiceProcess.StartAsync("Asr:Drain:GracePeriod=00:00:01");
        await using ForeignClient node = new(Runtime.GrpcJs), python = new(Runtime.Grpcio);
        using var clips = new ClipFiles();
        var clip = clips.Short;
        var live = new List<ForeignCall>();
        foreach (var client in new[] { node, python })
        {
            var script = CallScript.Live(clip.Config()).Audio(clip, to: 2).Await("speech").Hold("speaking");
            live.Add(await client.StartAsync(service.Grpc, script));
            await live[^1].ReachedAsync("speaking");
        }

        var upload = await node.StartAsync(service.Grpc, Upload());
        var watch = await python.StartAsync(service.Grpc, OperationTests.Health("Watch", "").Await("response").Hold("watching"));
        await upload.ReachedAsync("uploading");
        await watch.ReachedAsync("watching");

        await service.TerminateAsync();

        foreach (var call in live)
        {
            var outcome = await call.EndAsync();
            AssertDraining(outcome);
            Assert.Equal(EndReason.Drain, outcome.Ended?.Reason);
        }

        AssertDraining(await upload.EndAsync());
        var watched = await watch.EndAsync();
        Assert.Equal(StatusCode.Unavailable, watched.Code);
        Assert.Equal(
            [ServingStatus.Serving, ServingStatus.NotServing], watched.Parse(HealthCheckResponse.Parser).Select(one => one.Status));
        Assert.Equal(0, await service.EndAsync());
        ServiceLog.AssertClean(service.Log, []);
    }

    [Fact]
    public async Task Terminate_ClientsStopped_LeavesAllTheSame()
    {
        await using var service = await ServiceProcess.StartAsync("Asr:Drain:GracePeriod=00:00:01");
        await using ForeignClient node = new(Runtime.GrpcJs), python = new(Runtime.Grpcio);
        ForeignClient[] clients = [node, python];
        using var clips = new ClipFiles();
        var script = CallScript.Live(clips.Short.Config()).Audio(clips.Short, to: 2).Await("speech").Hold("speaking");
        var calls = await Task.WhenAll(clients.Select(client => client.StartAsync(service.Grpc, script)));
        foreach (var call in calls) await call.ReachedAsync("speaking");
        foreach (var client in clients) await client.SignalAsync("STOP");
        try
        {
            await service.TerminateAsync();

            Assert.Equal(0, await service.EndAsync());
        }
        finally
        {
            foreach (var client in clients) await client.SignalAsync("CONT");
        }

        foreach (var call in calls) Assert.Equal(StatusCode.Unavailable, (await call.EndAsync()).Code);
        ServiceLog.AssertClean(service.Log, []);
    }

    private static CallScript Upload()
    {
        var config = new TranscribeFileConfig { File = new() { Segmentation = Segmentation.Live } };
        string path = ClipFiles.SamplePath("interview-en");
        return new CallScript(CallScript.Transcriber, "TranscribeFile")
            .Send(new TranscribeFileRequest { Config = config })
            .File(path, "chunk", [65_536], 0, 200_000)
            .Await("started")
            .Hold("uploading");
    }

    private static void AssertDraining(CallOutcome outcome)
    {
        Assert.Equal((StatusCode.Unavailable, "DRAINING"), (outcome.Code, outcome.Reason));
        Assert.NotNull(outcome.Detail<RetryInfo>());
    }
}
