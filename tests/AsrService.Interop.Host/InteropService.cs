using Google.Protobuf;
using Grpc.Core;
using Grpc.HealthCheck;
using Grpc.Testing;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.Interop.Host;

/// <summary>The public interop service, written as for the stock packages.</summary>
internal sealed class InteropService(TimeProvider time, HealthServiceImpl health, NamedCalls calls) : TestService.TestServiceBase
{
    public override async Task<Empty> EmptyCall(Empty request, ServerCallContext context)
    {
        await EchoMetadataAsync(context);
        if (context.RequestHeaders.GetValue(EchoNames.AwaitEndOf) is { } name)
        {
            await calls.EndOf(name).WaitAsync(context.CancellationToken);
        }

        if (context.RequestHeaders.GetValue(EchoNames.SetHealth) is { } state) SetHealth(state);
        return new Empty();
    }

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        await EchoMetadataAsync(context, request.ResponseCompressed?.Value ?? false);
        EndAsAsked(request.ResponseStatus);
        EnsureCompressed(request.ExpectCompressed, context);

        return new SimpleResponse
        {
            Payload = Zeros(request.ResponseSize),
            Username = request.FillUsername ? OwnerOfToken(context) : "",
        };
    }

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        bool compress = request.ResponseParameters.Any(parameters => parameters.Compressed?.Value ?? false);
        await EchoMetadataAsync(context, compress);
        await RespondAsync(request, responseStream, context);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        await EchoMetadataAsync(context);
        var response = new StreamingInputCallResponse();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            EnsureCompressed(requestStream.Current.ExpectCompressed, context);
            response.AggregatedPayloadSize += requestStream.Current.Payload?.Body.Length ?? 0;
        }

        return response;
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        try
        {
            await EchoMetadataAsync(context);
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                EndAsAsked(requestStream.Current.ResponseStatus);
                await RespondAsync(requestStream.Current, responseStream, context);
            }
        }
        finally
        {
            if (context.RequestHeaders.GetValue(EchoNames.CallName) is { } name) calls.ReportEnd(name);
        }
    }

    public override async Task HalfDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await EchoMetadataAsync(context);
        var requests = new List<StreamingOutputCallRequest>();
        while (await requestStream.MoveNext(context.CancellationToken)) requests.Add(requestStream.Current);
        foreach (var request in requests) await RespondAsync(request, responseStream, context);
    }

    /// <param name="state">As <c>some.Service=SERVING</c>.</param>
    private void SetHealth(string state)
    {
        string[] parts = state.Split('=');
        health.SetStatus(parts[0], parts[1] == "SERVING" ? ServingStatus.Serving : ServingStatus.NotServing);
    }

    private async Task RespondAsync(
        StreamingOutputCallRequest request,
        IServerStreamWriter<StreamingOutputCallResponse> responses,
        ServerCallContext context)
    {
        foreach (var parameters in request.ResponseParameters)
        {
            await Task.Delay(TimeSpan.FromMicroseconds(parameters.IntervalUs), time, context.CancellationToken);
            responses.WriteOptions = parameters.Compressed?.Value ?? false ? null : new WriteOptions(WriteFlags.NoCompress);
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(parameters.Size) });
        }
    }

    private static async Task EchoMetadataAsync(ServerCallContext context, bool compressResponses = false)
    {
        var headers = new Metadata();
        if (context.RequestHeaders.GetValue(EchoNames.Initial) is { } text) headers.Add(EchoNames.Initial, text);
        if (compressResponses) headers.Add(EchoNames.CompressionRequest, "gzip");
        if (headers.Count > 0) await context.WriteResponseHeadersAsync(headers);

        if (context.RequestHeaders.GetValueBytes(EchoNames.Trailing) is { } bytes)
        {
            context.ResponseTrailers.Add(EchoNames.Trailing, bytes);
        }
    }

    private static void EndAsAsked(EchoStatus? status)
    {
        if (status is { Code: not 0 }) throw new RpcException(new Status((StatusCode)status.Code, status.Message));
    }

    /// <remarks>A message's own flag is not shown to services; the call's encoding is, and our client sends plain
    /// messages under it in one case only.</remarks>
    private static void EnsureCompressed(BoolValue? expected, ServerCallContext context)
    {
        if (expected is not { Value: true }) return;

        string? encoding = context.GetHttpContext().Request.Headers["grpc-encoding"];
        if (encoding is null or "identity")
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "A compressed request was to be expected."));
        }
    }

    private static string OwnerOfToken(ServerCallContext context) =>
        context.RequestHeaders.GetValue(EchoNames.Authorization) == EchoNames.Token
            ? EchoNames.TokenOwner
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "No known bearer token."));

    private static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };
}
