using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class InterceptorTests
{
    [Fact]
    public async Task Server_TwoInterceptors_RunAroundEveryKindInOrder()
    {
        var steps = new Steps();
        await using var server = await RpcServer.StartAsync(
            options =>
            {
                options.Interceptors.Add<Recording>("outer");
                options.Interceptors.Add<Recording>("inner");
            },
            services => services.AddSingleton(steps));
        var client = server.Client();

        await client.Unary([1]).ResponseAsync.Soon();
        using (var upload = client.Upload())
        {
            await upload.RequestStream.CompleteAsync();
            await upload.ResponseAsync.Soon();
        }

        using (var download = client.Download(1))
        {
            await download.ResponseStream.ReadAllAsync().Soon();
        }

        using (var duplex = client.Duplex())
        {
            await duplex.RequestStream.CompleteAsync();
            await duplex.ResponseStream.ReadAllAsync().Soon();
        }

        string[] once =
            ["outer begins", "inner begins", "inner ends", "inner disposed", "outer ends", "outer disposed"];
        Assert.Equal([.. once, .. once, .. once, .. once], steps);
    }

    [Fact]
    public async Task Server_InterceptorThatThrows_DecidesTheStatus()
    {
        await using var server = await RpcServer.StartAsync(options => options.Interceptors.Add<Refusing>());

        await server.Client().Unary([1]).ResponseAsync.FailsAsync(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Client_Interceptor_SeesRequestAndAddsMetadata()
    {
        await using var server = await RpcServer.StartAsync();
        string? seen = null;
        server.Handlers.Unary = (request, context) =>
        {
            seen = context.RequestHeaders.GetValue("added");
            return Task.FromResult(request);
        };

        await server.Channel().Intercept(new Adding()).Unary([1]).ResponseAsync.Soon();

        Assert.Equal("1 byte", seen);
    }

    private sealed class Steps : List<string>;

    private sealed class Recording(Steps steps, string name) : Interceptor, IDisposable
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            steps.Add($"{name} begins");
            var response = await continuation(request, context);
            steps.Add($"{name} ends");
            return response;
        }

        public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            steps.Add($"{name} begins");
            var response = await continuation(requestStream, context);
            steps.Add($"{name} ends");
            return response;
        }

        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            steps.Add($"{name} begins");
            await continuation(request, responseStream, context);
            steps.Add($"{name} ends");
        }

        public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            steps.Add($"{name} begins");
            await continuation(requestStream, responseStream, context);
            steps.Add($"{name} ends");
        }

        public void Dispose() => steps.Add($"{name} disposed");
    }

    private sealed class Refusing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.Unauthenticated, "no key"));
    }

    private sealed class Adding : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = new Metadata { { "added", $"{((byte[])(object)request).Length} byte" } };
            return continuation(
                request, new(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
