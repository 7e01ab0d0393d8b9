using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using static AsrService.Interop.Host.InteropPeer;

namespace AsrService.Interop.Host;

/// <summary>The public interop cases, written as for the stock packages.</summary>
internal static partial class InteropCases
{
    private const string SpecialMessage = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n";

    private static readonly int[] RequestSizes = [27182, 8, 1828, 45904];
    private static readonly int[] ResponseSizes = [31415, 9, 2653, 58979];

    private static readonly Dictionary<string, Func<InteropPeer, Task>> All = new()
    {
        ["empty_unary"] = EmptyUnaryAsync,
        ["large_unary"] = LargeUnaryAsync,
        ["client_streaming"] = ClientStreamingAsync,
        ["server_streaming"] = ServerStreamingAsync,
        ["ping_pong"] = PingPongAsync,
        ["half_duplex"] = HalfDuplexAsync,
        ["empty_stream"] = EmptyStreamAsync,
        ["cancel_after_begin"] = CancelAfterBeginAsync,
        ["cancel_after_first_response"] = CancelAfterFirstResponseAsync,
        ["cancel_reaches_server"] = CancelReachesServerAsync,
        ["timeout_on_sleeping_server"] = TimeoutOnSleepingServerAsync,
        ["custom_metadata"] = CustomMetadataAsync,
        ["binary_metadata"] = BinaryMetadataAsync,
        ["status_code_and_message"] = StatusCodeAndMessageAsync,
        ["special_status_message"] = SpecialStatusMessageAsync,
        ["unimplemented_method"] = UnimplementedMethodAsync,
        ["unimplemented_service"] = UnimplementedServiceAsync,
        ["per_rpc_creds"] = PerRpcCredentialsAsync,
        ["client_compressed_unary"] = ClientCompressedUnaryAsync,
        ["client_compressed_streaming"] = ClientCompressedStreamingAsync,
        ["server_compressed_unary"] = ServerCompressedUnaryAsync,
        ["server_compressed_streaming"] = ServerCompressedStreamingAsync,
    };

    public static async Task<CaseResult> RunAsync(CaseCommand command)
    {
        using var peer = new InteropPeer(command);
        try
        {
            if (!All.TryGetValue(command.Case, out var run)) throw new CaseFailedException("There is no such case.");
            await run(peer);
            return new CaseResult(command.Case, Passed: true);
        }
        catch (Exception failure) // whatever it is, the test prints it
        {
            return new CaseResult(command.Case, Passed: false, failure.ToString());
        }
    }

    private static async Task EmptyUnaryAsync(InteropPeer peer) =>
        Expect.Equal(new Empty(), await peer.Test.EmptyCallAsync(new Empty(), Options()), "response");

    private static async Task LargeUnaryAsync(InteropPeer peer) =>
        Expect.Zeros(314159, (await peer.Test.UnaryCallAsync(Large(), Options())).Payload);

    private static async Task ClientStreamingAsync(InteropPeer peer)
    {
        using var call = peer.Test.StreamingInputCall(Options());
        foreach (int size in RequestSizes)
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        }

        await call.RequestStream.CompleteAsync();

        Expect.Equal(74922, (await call).AggregatedPayloadSize, "sum of sizes");
    }

    private static async Task ServerStreamingAsync(InteropPeer peer)
    {
        using var call = peer.Test.StreamingOutputCall(Output(ResponseSizes), Options());

        await ExpectPayloadsAsync(call.ResponseStream, ResponseSizes);
    }

    private static async Task PingPongAsync(InteropPeer peer)
    {
        using var call = peer.Test.FullDuplexCall(Options());
        foreach (var (requestSize, responseSize) in RequestSizes.Zip(ResponseSizes))
        {
            await call.RequestStream.WriteAsync(Output([responseSize], requestSize));
            await ExpectNextAsync(call.ResponseStream, responseSize);
        }

        await call.RequestStream.CompleteAsync();
        await ExpectPayloadsAsync(call.ResponseStream, []);
    }

    private static async Task HalfDuplexAsync(InteropPeer peer)
    {
        using var call = peer.Test.HalfDuplexCall(Options());
        foreach (int size in ResponseSizes) await call.RequestStream.WriteAsync(Output([size]));
        await call.RequestStream.CompleteAsync();

        await ExpectPayloadsAsync(call.ResponseStream, ResponseSizes);
    }

    private static async Task EmptyStreamAsync(InteropPeer peer)
    {
        using var call = peer.Test.FullDuplexCall(Options());
        await call.RequestStream.CompleteAsync();

        await ExpectPayloadsAsync(call.ResponseStream, []);
        Expect.Equal(StatusCode.OK, call.GetStatus().StatusCode, "status");
    }

    private static async Task CancelAfterBeginAsync(InteropPeer peer)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = peer.Test.StreamingInputCall(Options(cancellationToken: cancellation.Token));
        await cancellation.CancelAsync();

        await Expect.StatusAsync(StatusCode.Cancelled, () => call.ResponseAsync);
    }

    private static async Task CancelAfterFirstResponseAsync(InteropPeer peer)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = peer.Test.FullDuplexCall(Options(cancellationToken: cancellation.Token));
        await call.RequestStream.WriteAsync(Output([31415], 27182));
        await ExpectNextAsync(call.ResponseStream, 31415);
        await cancellation.CancelAsync();

        await Expect.StatusAsync(StatusCode.Cancelled, () => call.ResponseStream.MoveNext(default));
    }

    /// <summary>Not of the public cases: a cancelled call must not go on at the server.</summary>
    private static async Task CancelReachesServerAsync(InteropPeer peer)
    {
        string name = Guid.NewGuid().ToString();
        using var cancellation = new CancellationTokenSource();
        var named = new Metadata { { EchoNames.CallName, name } };
        // Without a deadline, which would end it at the server too.
        using var call = peer.Test.FullDuplexCall(named, cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(Output([1]));
        await ExpectNextAsync(call.ResponseStream, 1);
        await cancellation.CancelAsync();

        await peer.Test.EmptyCallAsync(new Empty(), Options(new Metadata { { EchoNames.AwaitEndOf, name } }));
    }

    private static async Task TimeoutOnSleepingServerAsync(InteropPeer peer)
    {
        using var call = peer.Test.FullDuplexCall(Options(timeout: TimeSpan.FromMilliseconds(1)));
        try
        {
            await call.RequestStream.WriteAsync(Output([], 27182));
        }
        catch (RpcException)
        {
            // The deadline may be over already; the response stream says so too.
        }

        await Expect.StatusAsync(StatusCode.DeadlineExceeded, () => call.ResponseStream.MoveNext(default));
    }

    private static async Task CustomMetadataAsync(InteropPeer peer)
    {
        using var unary = peer.Test.UnaryCallAsync(Large(), Options(Echo()));
        Expect.Zeros(314159, (await unary).Payload);
        ExpectEcho(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = peer.Test.FullDuplexCall(Options(Echo()));
        await duplex.RequestStream.WriteAsync(Output([314159], 271828));
        await duplex.RequestStream.CompleteAsync();
        await ExpectPayloadsAsync(duplex.ResponseStream, [314159]);
        ExpectEcho(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    /// <summary>Not of the public cases: base64 with every length of padding.</summary>
    private static async Task BinaryMetadataAsync(InteropPeer peer)
    {
        foreach (int length in new[] { 1, 2, 4, 300 })
        {
            using var call = peer.Test.EmptyCallAsync(new Empty(), Options(Echo(length)));
            await call;
            ExpectEcho(await call.ResponseHeadersAsync, call.GetTrailers(), length);
        }
    }

    private static async Task StatusCodeAndMessageAsync(InteropPeer peer)
    {
        var status = new EchoStatus { Code = (int)StatusCode.Unknown, Message = "test status message" };
        var request = new SimpleRequest { ResponseStatus = status };
        await Expect.StatusAsync(
            StatusCode.Unknown, () => peer.Test.UnaryCallAsync(request, Options()).ResponseAsync, status.Message);

        using var duplex = peer.Test.FullDuplexCall(Options());
        await duplex.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        await duplex.RequestStream.CompleteAsync();
        await Expect.StatusAsync(StatusCode.Unknown, () => duplex.ResponseStream.MoveNext(default), status.Message);
    }

    private static async Task SpecialStatusMessageAsync(InteropPeer peer)
    {
        var status = new EchoStatus { Code = (int)StatusCode.Unknown, Message = SpecialMessage };
        var request = new SimpleRequest { ResponseStatus = status };
        await Expect.StatusAsync(
            StatusCode.Unknown, () => peer.Test.UnaryCallAsync(request, Options()).ResponseAsync, SpecialMessage);
    }

    private static Task UnimplementedMethodAsync(InteropPeer peer) => Expect.StatusAsync(
        StatusCode.Unimplemented, () => peer.Test.UnimplementedCallAsync(new Empty(), Options()).ResponseAsync);

    private static Task UnimplementedServiceAsync(InteropPeer peer) => Expect.StatusAsync(
        StatusCode.Unimplemented, () => peer.Unimplemented.UnimplementedCallAsync(new Empty(), Options()).ResponseAsync);

    private static async Task PerRpcCredentialsAsync(InteropPeer peer)
    {
        var request = new SimpleRequest { FillUsername = true };
        await Expect.StatusAsync(
            StatusCode.Unauthenticated, () => peer.Test.UnaryCallAsync(request, Options()).ResponseAsync);

        var bearer = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add(EchoNames.Authorization, EchoNames.Token);
            return Task.CompletedTask;
        });
        var response = await peer.Test.UnaryCallAsync(request, Options(credentials: bearer));
        Expect.Equal(EchoNames.TokenOwner, response.Username, "owner of the token");
    }

    private static SimpleRequest Large() => new() { ResponseSize = 314159, Payload = Zeros(271828) };

    private static StreamingOutputCallRequest Output(int[] responseSizes, int payloadSize = 0) => new()
    {
        ResponseParameters = { responseSizes.Select(size => new ResponseParameters { Size = size }) },
        Payload = payloadSize > 0 ? Zeros(payloadSize) : null,
    };

    private static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };

    private static Metadata Echo(int length = 3) => new()
    {
        { EchoNames.Initial, "test_initial_metadata_value" },
        { EchoNames.Trailing, Trailing(length) },
    };

    private static byte[] Trailing(int length) => [.. Enumerable.Repeat((byte)0xab, length)];

    private static void ExpectEcho(Metadata headers, Metadata trailers, int length = 3)
    {
        Expect.Equal("test_initial_metadata_value", headers.GetValue(EchoNames.Initial), "echoed header");
        Expect.Sequence(Trailing(length), trailers.GetValueBytes(EchoNames.Trailing) ?? [], "echoed trailer");
    }

    private static async Task ExpectNextAsync(IAsyncStreamReader<StreamingOutputCallResponse> responses, int size)
    {
        Expect.Equal(true, await responses.MoveNext(default), $"whether a response of {size} bytes came");
        Expect.Zeros(size, responses.Current.Payload);
    }

    private static async Task ExpectPayloadsAsync(
        IAsyncStreamReader<StreamingOutputCallResponse> responses, params int[] sizes)
    {
        foreach (int size in sizes) await ExpectNextAsync(responses, size);
        Expect.Equal(false, await responses.MoveNext(default), "whether one response more came");
    }
}
