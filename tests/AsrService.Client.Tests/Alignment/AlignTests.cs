using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client.Tests.Alignment;

[Trait("Category", "Unit")]
public class AlignTests
{
    [Fact]
    public async Task Align_ARecording_HasTheTimesOfItsWords()
    {
        V1.AlignRequest? asked = null;
        await using var service = await ScriptedService.StartAsync();
        service.Align = request =>
        {
            asked = request;
            return new V1.AlignResponse
            {
                Units =
                {
                    new V1.AlignedUnit { Text = "one", Start = At(0.5), End = At(0.8), Probability = 0.5f },
                    new V1.AlignedUnit { Text = "two", Start = At(0.8), End = At(1), IsRepaired = true },
                },
                AudioDuration = At(2),
                Model = new() { Name = "aligner" },
                Flags = { V1.AlignmentFlag.TextMismatch },
            };
        };
        await using var client = new AsrClient(service.Address);

        var alignment = await client.AlignAsync(new byte[64_000], "one two", "en", new() { Format = AudioFormat.Default, ClientRequestId = "id" });

        Assert.Equal(("one two", "en", 64_000, "id"), (asked!.Text, asked.Language, asked.Audio.Length, asked.ClientRequestId));
        Assert.Equal(
            [
                new AlignedUnit("one", TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.8), 0.5f, false),
                new AlignedUnit("two", TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1), null, true),
            ],
            alignment.Units);
        Assert.Equal((TimeSpan.FromSeconds(2), "aligner"), (alignment.Duration, alignment.Model.Name));
        Assert.Equal([AlignmentRemark.TextMismatch], alignment.Remarks);
    }

    [Fact]
    public async Task Align_WhileTheServiceIsLoading_AsksAgain()
    {
        int asked = 0;
        await using var service = await ScriptedService.StartAsync();
        service.Align = _ => ++asked < 3
            ? throw new RpcException(new Status(StatusCode.Unavailable, "Loading."))
            : new V1.AlignResponse();
        await using var client = new AsrClient(service.Address, Callers.Quick);

        Assert.Empty((await client.AlignAsync(new byte[2], "", "en")).Units);
        Assert.Equal(3, asked);

        service.Align = _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "Bad."));
        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => client.AlignAsync(new byte[2], "", "en"));
        Assert.Equal((AsrStatus.InvalidArgument, "Bad."), (failure.Status, failure.Message));
    }

    private static Duration At(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
}
