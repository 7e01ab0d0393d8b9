using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Recordings;
using AsrService.EndToEnd.Tests.Service;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests;

[Trait("Category", "EndToEnd")]
public class LoadTests(DefaultService service) : IClassFixture<DefaultService>
{
    private const int Capacity = 128; // the default
    private static readonly string[] Spoken = ["interview-en", "interview-zh-en", "meeting-en", "call-en", "numbers-en"];

    public static TheoryData<Runtime> Runtimes => [Runtime.GrpcJs, Runtime.Grpcio];

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_OneMoreThanTheCapacity_IsRefusedAndTheOthersHearAll(Runtime runtime)
    {
        var clip = service.Clips.Short;
        var expected = await service.Reference.OfAsync(clip);
        var script = CallScript.Live(clip.Config()).Await("started").Hold("all").Audio(clip).End();
        var calls = new ForeignCall[Capacity];
        for (int i = 0; i < calls.Length; i++) calls[i] = await service.StartAsync(runtime, script);
        foreach (var call in calls) await call.ReachedAsync("all");

        var refused = await service.RunAsync(runtime, clip.Script());

        Service.Capacity.AssertIsFull(refused);
        foreach (var call in calls) await call.ReleaseAsync("all");
        foreach (var call in calls)
        {
            var outcome = await call.EndAsync();
            Assert.True(outcome.Code == StatusCode.OK, $"{outcome}");
            Assert.Equal(expected, Heard.Of(outcome.Finals));
        }
    }

    [Fact]
    public async Task StreamingTranscribe_64StreamsAtTheirOwnSpeed_HearTheirOwnClips()
    {
        Clip[] clips = [.. Enumerable.Range(0, 64).Select(Distinct)];
        var expected = await Task.WhenAll(clips.Select(service.Reference.OfAsync));

        var calls = await Task.WhenAll(clips.Select(clip => service.StartAsync(Runtime.GrpcJs, clip.Script())));
        var outcomes = await Task.WhenAll(calls.Select(call => call.EndAsync()));

        for (int i = 0; i < clips.Length; i++)
        {
            Assert.True(outcomes[i].Code == StatusCode.OK, $"{outcomes[i]}");
            Assert.Equal(expected[i], Heard.Of(outcomes[i].Finals));
            SessionRules.AssertKept(outcomes[i]);
        }

        Clip Distinct(int index)
        {
            double from = index / Spoken.Length * 1.1;
            return service.Clips.Cut(Spoken[index % Spoken.Length], from, from + 9);
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public Task StreamingTranscribe_TenMinutesInOneBurst_IsHeldBackAndHeard(Runtime runtime) =>
        Beside.RunAsync(service, runtime, async () =>
        {
            var clip = service.Clips.Repeat("ten-minutes", Spoken, TimeSpan.FromMinutes(10));
            var expected = await service.Reference.OfAsync(clip);

            var outcome = await service.RunAsync(runtime, clip.Script());

            Assert.Equal(StatusCode.OK, outcome.Code);
            Assert.Equal(expected, Heard.Of(outcome.Finals));
            SessionRules.AssertKept(outcome);
            var most = outcome.Live.Max(one => one.Cursors.Received.ToTimeSpan() - one.Cursors.Processed.ToTimeSpan());
            Assert.InRange(most, TimeSpan.Zero, TimeSpan.FromSeconds(62)); // of the limit, of a segment, of a message
        });

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_1000ConnectsAndCancels_LeaveNothingBehind(Runtime runtime)
    {
        const int Rounds = 25, AtOnce = 40;
        await Beside.RunAsync(service, runtime, async () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                var calls = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => service.StartAsync(runtime, Fickle(i))));
                var outcomes = await Task.WhenAll(calls.Select(call => call.EndAsync()));
                Assert.All(outcomes, outcome => Assert.True(outcome.Code == StatusCode.Cancelled, $"{outcome}"));
                await Service.Capacity.AssertComesFreeAsync(service, runtime, Capacity - 1);
            }
        });

        CallScript Fickle(int index)
        {
            var config = service.Clips.Short.Config();
            var script = new CallScript(CallScript.Transcriber, "StreamingTranscribe") { HasOwnConnection = index % 8 == 0 };
            if (index % 4 == 0) return script.Cancel();
            script.Send(new StreamingTranscribeRequest { Config = config });
            if (index % 4 == 1 && runtime == Runtime.Grpcio) return script.Cancel(); // grpc-js may leave such a stream open
            script.Await("started");
            return index % 4 < 3 ? script.Cancel() : script.Audio(service.Clips.Short, to: 1).Cancel();
        }
    }
}
