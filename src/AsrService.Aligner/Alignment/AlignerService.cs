using AsrService.Contracts.V1;
using AsrService.Hosting;
using Grpc.Core;

namespace AsrService.Aligner;

/// <summary>asr.v1.Aligner.</summary>
internal sealed class AlignerService(AlignerContext context) : Contracts.V1.Aligner.AlignerBase
{
    public override async Task<AlignResponse> Align(AlignRequest request, ServerCallContext call)
    {
        context.State.ThrowIfNotServing();
        var task = Read(request);
        var caller = context.Access.Of(call);
        AlignResponse? response = null;
        await context.Log.FollowAsync(
            "Align", AlignmentHeader.NewId(), caller, request.ClientRequestId,
            async () => response = await RunAsync(task, caller, call.CancellationToken));
        return response!;
    }

    public override async Task StreamingAlign(
        IAsyncStreamReader<StreamingAlignRequest> requestStream, IServerStreamWriter<StreamingAlignResponse> responseStream,
        ServerCallContext call)
    {
        context.State.ThrowIfNotServing();
        using var running = new StreamingAlignCall(context, context.Access.Of(call), requestStream, responseStream, call);
        await running.RunAsync();
    }

    private async Task<AlignResponse> RunAsync(AlignmentTask task, Caller caller, CancellationToken gone)
    {
        using var quota = context.Quotas.Enter(caller, 1);
        using var ticket = context.Drain.Enter();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(gone, ticket.Over);
        try
        {
            return await task.RunAsync(context, quota, work.Token);
        }
        catch (OperationCanceledException) when (ticket.Over.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            throw Refusals.Draining();
        }
    }

    private AlignmentTask Read(AlignRequest request)
    {
        var violations = new Violations();
        var field = violations.At("");
        var format = AlignmentHeader.Check(request.Model, request.AudioFormat, request.ClientRequestId, field);
        var task = AlignmentTask.Check(request.Audio, format, request.Text, request.Language, context, field);
        violations.ThrowIfAny();
        AlignmentHeader.CheckModel(request.Model, context);
        return task!;
    }
}
