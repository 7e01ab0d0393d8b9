using AsrService.TestKit;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class DeadlineTests
{
    [Fact]
    public async Task Unary_DeadlinePasses_BothSidesSeeIt()
    {
        await using var server = await RpcServer.StartAsync();
        var seen = new TaskCompletionSource<(bool Cancelled, DateTime Deadline)>();
        server.Handlers.Unary = async (request, context) =>
        {
            await Forever(context.CancellationToken);
            seen.SetResult((context.CancellationToken.IsCancellationRequested, context.Deadline));
            return request;
        };
        var deadline = CallExtensions.In(TimeSpan.FromSeconds(1));

        using var call = server.Client().Unary([1], new CallOptions(deadline: deadline));
        await call.ResponseAsync.FailsAsync(StatusCode.DeadlineExceeded);

        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        var (cancelled, serverDeadline) = await seen.Task.Soon();
        Assert.True(cancelled);
        Assert.InRange(serverDeadline - deadline, TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Duplex_DeadlinePasses_BothSidesSeeIt()
    {
        await using var server = await RpcServer.StartAsync();
        var seen = new TaskCompletionSource();
        server.Handlers.Duplex = async (requests, _, context) =>
        {
            try
            {
                while (await requests.MoveNext())
                {
                }
            }
            finally
            {
                if (context.CancellationToken.IsCancellationRequested) seen.SetResult();
            }
        };

        using var call = server.Client().Duplex(new CallOptions(deadline: CallExtensions.In(TimeSpan.FromSeconds(1))));
        await call.RequestStream.WriteAsync([1]);
        await call.ResponseStream.MoveNext().FailsAsync(StatusCode.DeadlineExceeded);

        await seen.Task.Soon();
    }

    [Fact]
    public async Task Unary_DeadlineInThePast_NeverStarts()
    {
        await using var server = await RpcServer.StartAsync();
        bool called = false;
        server.Handlers.Unary = (request, _) =>
        {
            called = true;
            return Task.FromResult(request);
        };

        await server.Client().Unary([1], new CallOptions(deadline: CallExtensions.In(TimeSpan.FromSeconds(-1))))
            .ResponseAsync.FailsAsync(StatusCode.DeadlineExceeded);

        Assert.False(called);
    }

    [Fact]
    public async Task Unary_DistantDeadline_IsNoError()
    {
        await using var server = await RpcServer.StartAsync();

        var options = new CallOptions(deadline: new DateTime(9000, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal([1], await server.Client().Unary([1], options).ResponseAsync.Soon());
    }

    [Fact]
    public async Task Deadline_CallerThatOnlySendsIt_IsAnsweredByTheServer()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Duplex = async (requests, _, _) => await requests.MoveNext();
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex", ("grpc-timeout", "100m")));
        var answer = await raw.ReadResponseAsync(1);

        Assert.Equal("4", answer.Status);
        Assert.Equal("Deadline Exceeded", Uri.UnescapeDataString(answer.Headers["grpc-message"]));
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public Task Deadline_UnaryHandlerIgnoresItsToken_IsAnsweredWhileItRuns() =>
        AssertIsAnsweredAsync("/test.Bytes/Unary", (handlers, runOn) => handlers.Unary = async (request, context) =>
        {
            await runOn(() => context.WriteResponseHeadersAsync([]));
            return request;
        });

    [Fact]
    public Task Deadline_StreamingHandlerIgnoresItsToken_IsAnsweredInTheTrailers() =>
        AssertIsAnsweredAsync("/test.Bytes/Download", (handlers, runOn) => handlers.Download = async (request, responses, _) =>
        {
            await responses.WriteAsync(request);
            await runOn(() => responses.WriteAsync(request));
        });

    [Fact]
    public async Task Deadline_CallbackOnTheTokenThrows_IsLoggedAndHarmless()
    {
        await using var server = await RpcServer.StartAsync();
        var second = new TaskCompletionSource();
        server.Handlers.Unary = async (request, context) =>
        {
            context.CancellationToken.Register(second.SetResult); // callbacks are run from the last to the first
            context.CancellationToken.Register(() => throw new InvalidOperationException("A broken callback."));
            await second.Task;
            return request;
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Unary", ("grpc-timeout", "100m")));
        await raw.SendDataAsync(1, [0, 0, 0, 0, 1, 7], endStream: true);
        var answer = await raw.ReadResponseAsync(1).Soon();
        await second.Task.Soon();
        await AssertServesAsync(raw);

        Assert.Equal("4", answer.Status);
        string log = await server.Logs.First.Soon();
        Assert.Contains("/test.Bytes/Unary", log, StringComparison.Ordinal);
        Assert.Contains("A broken callback.", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_CallbackOfTheCallersCredentialsThrows_EndsTheCallAllTheSame()
    {
        await using var server = await RpcServer.StartAsync();
        var client = server.Client(new() { UnsafeUseInsecureChannelCallCredentials = true });
        var asked = new TaskCompletionSource();
        var credentials = CallCredentials.FromInterceptor(async (context, _) =>
        {
            context.CancellationToken.Register(() => throw new InvalidOperationException("A broken callback."));
            asked.SetResult();
            await Forever(context.CancellationToken);
        });

        using var call = client.Unary(
            [1], new CallOptions(deadline: CallExtensions.In(TimeSpan.FromSeconds(1)), credentials: credentials));
        await asked.Task.Soon();

        await call.ResponseAsync.FailsAsync(StatusCode.DeadlineExceeded);
        await call.ResponseHeadersAsync.FailsAsync(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task Deadline_AmidWritesOfManyCalls_SparesTheConnection()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Download = async (request, responses, _) =>
        {
            while (true)
            {
                await responses.WriteAsync(request);
            }
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        for (int stream = 1; stream < 100; stream += 2)
        {
            await raw.SendHeadersAsync(
                stream, RawConnection.CallHeaders("/test.Bytes/Download", ("grpc-timeout", $"{stream}m")));
            await raw.SendDataAsync(stream, [0, 0, 0, 0, 0], endStream: true);
            await raw.SendAsync(Frames.Frame(Frames.WindowUpdate, 0, 0, [0, 1, 0, 0])); // the streams get none
        }

        await AssertServesAsync(raw);
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task Deadline_WhileTheCallerDoesNotRead_ReleasesTheWriterAndSparesTheConnection()
    {
        await using var server = await RpcServer.StartAsync();
        var released = new TaskCompletionSource();
        server.Handlers.Duplex = async (_, responses, _) =>
        {
            try
            {
                while (true)
                {
                    await responses.WriteAsync(new byte[64 * 1024]);
                }
            }
            finally
            {
                released.SetResult();
            }
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex", ("grpc-timeout", "500m")));
        await released.Task.Soon(); // no WINDOW_UPDATE was sent: the writer stands still until the deadline
        await raw.SendHeadersAsync(3, RawConnection.CallHeaders("/test.Bytes/Nothing"), endStream: true);
        var answer = await raw.ReadResponseAsync(3);

        Assert.Equal("12", answer.Status);
        Assert.Empty(server.Logs.Messages);
    }

    /// <summary>A deadline passes while the handler runs; what it then tries is too late.</summary>
    /// <param name="path">What is called.</param>
    /// <param name="handle">Sets the handler, which runs past its deadline where it says what it then tries.</param>
    private static async Task AssertIsAnsweredAsync(
        string path, Action<BytesHandlers, Func<Func<Task>, Task>> handle)
    {
        var time = new ManualTimeProvider();
        await using var server = await RpcServer.StartAsync(
            services: services => services.AddSingleton<TimeProvider>(time));
        var (runsOn, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var late = new TaskCompletionSource<Exception?>();
        handle(server.Handlers, async attempt =>
        {
            runsOn.SetResult();
            await release.Task;
            late.SetResult(await Record.ExceptionAsync(attempt));
        });
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendCallAsync(path, Frames.Message([7]), ("grpc-timeout", "100m"));
        await runsOn.Task.Soon();
        time.Advance(TimeSpan.FromMilliseconds(100));
        var answer = await raw.ReadResponseAsync(1).Soon();
        Assert.False(late.Task.IsCompleted);
        release.SetResult();

        Assert.Equal("4", answer.Status);
        Assert.IsAssignableFrom<OperationCanceledException>(await late.Task.Soon());
        await AssertServesAsync(raw);
        Assert.Empty(server.Logs.Messages);
    }

    private static async Task AssertServesAsync(RawConnection raw)
    {
        await raw.SendHeadersAsync(1001, RawConnection.CallHeaders("/test.Bytes/Nothing"), endStream: true);
        Assert.Equal("12", (await raw.ReadResponseAsync(1001).Soon()).Status);
    }

    private static async Task Forever(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        using var registration = cancellationToken.Register(never.SetResult);
        await never.Task;
    }
}
