using AsrService.Engine.Transcripts;
using AsrService.Hosting;
using AsrService.Server.Refinement;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>A short recording, answered whole.</summary>
internal sealed class TranscribeCall(CallContext context, Caller caller)
{
    /// <exception cref="RpcException">What is wrong with the request.</exception>
    /// <exception cref="Engine.AsrException">It cannot be decoded, or the model failed.</exception>
    public async Task<V1.TranscribeResponse> RunAsync(V1.TranscribeRequest request, CancellationToken gone)
    {
        var max = context.Limits.MaxTranscribeAudio;
        var plan = FileMapping.Read(
            request.Recognition, request.AudioFormat, request.File, ModelFacts.Of(context.Model, context.Aligner), path: "",
            (field, format) => CheckAudio(request.Audio.Length, format, max, field["audio"]));

        var response = new V1.TranscribeResponse
        {
            Model = LimitsMapping.ToMessage(context.Model, context.Aligner),
            ClientRequestId = plan.ClientRequestId,
            Warnings = { plan.Warnings },
        };
        await context.Log.FollowAsync(
            "Transcribe", ResultId.NewSession(), caller, plan.ClientRequestId, () => RunAsync(request, plan, response, gone));
        return response;
    }

    private async Task RunAsync(
        V1.TranscribeRequest request, FilePlan plan, V1.TranscribeResponse response, CancellationToken gone)
    {
        using var quota = context.Quotas.Enter(caller, 1);
        using var spool = new UploadSpool();
        spool.Append(request.Audio.Span);
        spool.Complete();
        var opener = new RecordingOpener(plan, spool, context.Limits.MaxTranscribeAudio, quota);
        using var ticket = context.Drain.Enter();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(gone, ticket.Over);
        try
        {
            await RecognizeAsync(plan, opener, response, work.Token);
        }
        catch (OperationCanceledException) when (ticket.Over.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            throw Refusals.Draining();
        }

        if (opener.Reader is { IsOverQuota: true }) throw quota.UsedUp();
    }

    private async Task RecognizeAsync(
        FilePlan plan, RecordingOpener opener, V1.TranscribeResponse response, CancellationToken cancellationToken)
    {
        var (id, languages) = (ResultId.NewSession(), new LanguageWatch());
        var (refinement, delivery) = (new SegmentRefinement(context.Aligner, plan.Options.Samples), new DeliveryReport(plan.Options.Words));
        var segments = context.Model.Engine.TranscribeAsync(opener.Open, plan.Options, progress: null, cancellationToken);
        await foreach (var segment in segments)
        {
            ThrowIfCut(opener);
            var message = SegmentMapping.ToMessage(segment, id);
            var (words, miss) = await refinement.RefineAsync(segment, message, cancellationToken);
            response.Segments.Add(message);
            delivery.Add(segment, words);
            if (miss is not null) response.Warnings.Add(miss);
            if (languages.Look(segment, message.SegmentId) is { } warning) response.Warnings.Add(warning);
        }

        ThrowIfCut(opener);
        if (opener.Reader is { SampleRate: not Audio.Resampler.OutputRate } reader)
            response.Warnings.Insert(0, Warnings.Resampled(reader.SampleRate));
        response.AudioDuration = Duration.FromTimeSpan(opener.Reader?.Duration ?? default);
        response.Delivery = delivery.Finish(opener.Reader?.Duration ?? default);
        response.Text = new TranscriptMerger().MergeTexts(response.Segments.Select(segment => segment.Text));
    }

    private void ThrowIfCut(RecordingOpener opener)
    {
        if (opener.Reader is { IsCut: true, IsOverQuota: false })
            throw Refusals.BadValue("audio", $"is longer than {ExactDuration.Text(context.Limits.MaxTranscribeAudio)}.");
    }

    private static void CheckAudio(int bytes, RawFormat? format, TimeSpan max, Violations.Field field)
    {
        if (bytes == 0) field.Refuse($"is empty.");
        format?.CheckRecording(bytes, max, field);
    }
}
