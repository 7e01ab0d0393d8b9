using Google.Protobuf.Reflection;
using Grpc.Core;
using Alpha = Grpc.Reflection.V1Alpha;
using V1 = Grpc.Reflection.V1;

namespace AsrService.Rpc.Tests.Reflection;

[Trait("Category", "EndToEnd")]
public class ReflectionServiceTests
{
    private static readonly string[] Services =
        ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

    [Fact]
    public async Task V1_Questions_AreAnsweredInOrder()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = new V1.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo();

        var list = await AskAsync(call, new() { ListServices = "*" });
        Assert.Equal(Services, list.ListServicesResponse.Service.Select(service => service.Name));

        foreach (string name in new[] { "Health", "Health.Check", "HealthCheckResponse.ServingStatus" })
        {
            string symbol = "grpc.health.v1." + name;
            var found = await AskAsync(call, new() { Host = "h", FileContainingSymbol = symbol });
            var file = Assert.Single(found.FileDescriptorResponse.FileDescriptorProto);
            Assert.Equal("grpc.health.v1", FileDescriptorProto.Parser.ParseFrom(file).Package);
            Assert.Equal("h", found.ValidHost);
            Assert.Equal(symbol, found.OriginalRequest.FileContainingSymbol);
        }

        var byName = await AskAsync(call, new() { FileByFilename = "grpc/health/v1/health.proto" });
        Assert.Single(byName.FileDescriptorResponse.FileDescriptorProto);

        var missing = await AskAsync(call, new() { FileContainingSymbol = "nobody.Nothing" });
        Assert.Equal((int)StatusCode.NotFound, missing.ErrorResponse.ErrorCode);
        var extension = await AskAsync(call, new() { AllExtensionNumbersOfType = "x" });
        Assert.Equal((int)StatusCode.Unimplemented, extension.ErrorResponse.ErrorCode);

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext().Soon());
    }

    [Fact]
    public async Task V1Alpha_Questions_AreAnsweredAlike()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = new Alpha.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo();

        await call.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext().Soon());
        var list = call.ResponseStream.Current.ListServicesResponse;
        Assert.Equal(Services, list.Service.Select(service => service.Name));

        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = Services[2] });
        Assert.True(await call.ResponseStream.MoveNext().Soon());
        Assert.Single(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public async Task V1_NameOfManyCharacters_IsRefused()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = new V1.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo();

        var missing = await AskAsync(call, new() { FileByFilename = new string('x', 10_000) });
        Assert.InRange(missing.ErrorResponse.ErrorMessage.Length, 1, 200);

        await call.RequestStream.WriteAsync(new() { FileByFilename = new string('x', 20_000) });
        await call.ResponseStream.MoveNext().FailsAsync(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task V1_EndlessQuestionsWhoseAnswersAreNotRead_LeaveOthersAlone()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = new V1.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo();
        var hundred = new TaskCompletionSource();

        async Task AskForever()
        {
            for (int asked = 0; ; asked++)
            {
                await call.RequestStream.WriteAsync(new() { FileContainingSymbol = Services[0] });
                if (asked == 100) hundred.SetResult();
            }
        }

        var asking = AskForever();
        await hundred.Task.Soon();
        Assert.Equal([1], await server.Client().Unary([1]).ResponseAsync.Soon());
        call.Dispose();
        await asking.FailsAsync(StatusCode.Cancelled);
        Assert.Empty(server.Logs.Messages);
    }

    private static async Task<V1.ServerReflectionResponse> AskAsync(
        AsyncDuplexStreamingCall<V1.ServerReflectionRequest, V1.ServerReflectionResponse> call,
        V1.ServerReflectionRequest question)
    {
        await call.RequestStream.WriteAsync(question);
        Assert.True(await call.ResponseStream.MoveNext().Soon());
        return call.ResponseStream.Current;
    }
}
