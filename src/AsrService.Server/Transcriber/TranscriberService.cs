using AsrService.Contracts.V1;
using Grpc.Core;

namespace AsrService.Server.Transcriber;

/// <summary>asr.v1.Transcriber: hands every call to a class of its own.</summary>
internal sealed class TranscriberService(CallContext context) : Contracts.V1.Transcriber.TranscriberBase
{
    public override Task StreamingTranscribe(
        IAsyncStreamReader<StreamingTranscribeRequest> requestStream,
        IServerStreamWriter<StreamingTranscribeResponse> responseStream, ServerCallContext call) => context.Metrics.CountAsync(async meter =>
    {
        context.State.ThrowIfNotServing();
        using var running = new StreamingCall(context, requestStream, responseStream, meter, call);
        await running.RunAsync();
    });

    public override Task<TranscribeResponse> Transcribe(TranscribeRequest request, ServerCallContext call)
    {
        context.State.ThrowIfNotServing();
        return new TranscribeCall(context, context.Access.Of(call)).RunAsync(request, call.CancellationToken);
    }

    public override async Task TranscribeFile(
        IAsyncStreamReader<TranscribeFileRequest> requestStream, IServerStreamWriter<TranscribeFileResponse> responseStream,
        ServerCallContext call)
    {
        context.State.ThrowIfNotServing();
        using var running = new TranscribeFileCall(
            context, context.Access.Of(call), requestStream, responseStream, call.CancellationToken);
        await running.RunAsync();
    }

    public override Task<GetCapabilitiesResponse> GetCapabilities(GetCapabilitiesRequest request, ServerCallContext call)
    {
        context.State.ThrowIfNotServing();
        return Task.FromResult(Capabilities.Of(context.Model, context.Aligner, context.Limits));
    }
}
