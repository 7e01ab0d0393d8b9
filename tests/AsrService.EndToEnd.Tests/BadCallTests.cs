using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Service;
using Google.Rpc;

namespace AsrService.EndToEnd.Tests;

[Trait("Category", "EndToEnd")]
public class BadCallTests(DefaultService service) : IClassFixture<DefaultService>
{
    public static MatrixTheoryData<Runtime, string> Cases => new([Runtime.GrpcJs, Runtime.Grpcio], BadCalls.Names);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task StreamingTranscribe_BadCall_IsRefusedWithDetailsAndHarmsNobody(Runtime runtime, string name) =>
        Beside.RunAsync(service, runtime, async () =>
        {
            var bad = BadCalls.Get(name);

            var outcome = await service.RunAsync(runtime, bad.Script);

            Assert.True(bad.Code == outcome.Code, $"{outcome}");
            Assert.Equal(bad.Reason, outcome.Reason);
            Assert.Equal(bad.Fields, outcome.Detail<BadRequest>()?.FieldViolations.Select(one => one.Field) ?? []);
            Assert.Empty(outcome.Finals);
            Assert.Equal(bad.Reason == "MESSAGE_TOO_LARGE" ? "asr.rpc" : "asr.v1", outcome.Detail<ErrorInfo>()!.Domain);
            Assert.Equal(((int)outcome.Code, outcome.Message), (outcome.Details!.Code, outcome.Details.Message));
            bad.Check(outcome);
        });
}
