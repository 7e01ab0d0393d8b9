using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Service;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.EndToEnd.Tests;

[Trait("Category", "EndToEnd")]
public class OperationTests(DefaultService service) : IClassFixture<DefaultService>
{
    public static TheoryData<Runtime> Runtimes => [Runtime.GrpcJs, Runtime.Grpcio];

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task GetCapabilities_Anybody_HearsModelsFormatsAndLimits(Runtime runtime)
    {
        var outcome = await service.RunAsync(
            runtime, new CallScript(CallScript.Transcriber, "GetCapabilities").Send(new GetCapabilitiesRequest()));

        Assert.Equal(StatusCode.OK, outcome.Code);
        var response = Assert.Single(outcome.Parse(GetCapabilitiesResponse.Parser));
        var model = Assert.Single(response.Models);
        Assert.True(model.IsDemonstration);
        Assert.Contains(model.Languages, language => language.Tag == "zh");
        Assert.Equal(4, response.StreamingEncodings.Count);
        Assert.Contains("wav", (IEnumerable<string>)response.Containers);
        Assert.Equal((8_000u, 48_000u, 8u), (response.MinSampleRateHertz, response.MaxSampleRateHertz, response.MaxChannels));
        Assert.Equal(4_194_304u, response.Limits.MaxMessageBytes);
        Assert.Equal([Feature.Resume, Feature.WordAlignment], response.Features);
        Assert.Contains(model.AlignmentLanguages, language => language.Tag == "en");
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Check_Serving_SaysSo(Runtime runtime)
    {
        foreach (string name in new[] { "", CallScript.Transcriber, "asr.v1.Aligner" })
        {
            var outcome = await service.RunAsync(runtime, Health("Check", name));

            Assert.Equal(ServingStatus.Serving, Assert.Single(outcome.Parse(HealthCheckResponse.Parser)).Status);
        }

        Assert.Equal(StatusCode.NotFound, (await service.RunAsync(runtime, Health("Check", "no.such.Service"))).Code);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task ListServices_Anybody_HearsOfAll(Runtime runtime)
    {
        var script = new CallScript("grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo")
            .Send(new ServerReflectionRequest { ListServices = "" }).End();

        var outcome = await service.RunAsync(runtime, script);

        Assert.Equal(StatusCode.OK, outcome.Code);
        var response = Assert.Single(outcome.Parse(ServerReflectionResponse.Parser));
        var names = response.ListServicesResponse.Service.Select(one => one.Name).ToList();
        Assert.Contains(CallScript.Transcriber, names);
        Assert.Contains("asr.v1.Operations", names);
        Assert.Contains("grpc.health.v1.Health", names);
    }

    [Theory]
    [InlineData("/healthz/live", "live\n")]
    [InlineData("/healthz/ready", "ready\n")]
    public async Task Get_HealthOverHttp_IsGood(string path, string body)
    {
        using var http = new HttpClient { BaseAddress = service.Process.Http };

        Assert.Equal(body, await http.GetStringAsync(path, TestContext.Current.CancellationToken));
    }

    internal static CallScript Health(string method, string name) =>
        new CallScript("grpc.health.v1.Health", method).Send(new HealthCheckRequest { Service = name });
}
