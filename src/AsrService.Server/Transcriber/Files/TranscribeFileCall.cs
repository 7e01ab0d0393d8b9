using AsrService.Hosting;
using AsrService.Server.Refinement;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;
using Kind = AsrService.Contracts.V1.TranscribeFileRequest.RequestOneofCase;

namespace AsrService.Server.Transcriber;

/// <summary>A file, recognized while it is uploaded.</summary>
/// <remarks>Three loops: the upload into a temporary file, the recognition behind it, and progress.</remarks>
internal sealed class TranscribeFileCall : IDisposable
{
    private readonly CallContext _context;
    private readonly Caller _caller;
    private readonly string _id = ResultId.NewSession();
    private readonly DrainTicket _ticket;
    private readonly CallScope _scope;
    private readonly RequestReader<V1.TranscribeFileRequest> _reader;
    private readonly ResponseQueue<V1.TranscribeFileResponse> _responses;

    public TranscribeFileCall(
        CallContext context, Caller caller, IAsyncStreamReader<V1.TranscribeFileRequest> requests,
        IServerStreamWriter<V1.TranscribeFileResponse> responses, CancellationToken gone)
    {
        var (maxIdle, time) = (context.Limits.MaxIdle, context.Time);
        (_context, _caller) = (context, caller);
        _ticket = context.Drain.Enter();
        _scope = new CallScope(gone, _ticket.Over);
        _reader = new(requests, maxIdle, time, _scope.Abort, _scope.Input);
        _responses = new(responses, maxIdle, time, _scope.Abort);
    }

    /// <exception cref="RpcException">The status, where it is not OK.</exception>
    /// <exception cref="Engine.AsrException">The file cannot be decoded, or the model failed.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task RunAsync()
    {
        try
        {
            var config = await ReadConfigAsync();
            var plan = FileMapping.Read(
                config.Recognition, config.AudioFormat, config.File, ModelFacts.Of(_context.Model, _context.Aligner), "config");
            if (config.HasTotalBytes && config.TotalBytes > (ulong)_context.Limits.MaxFileBytes) throw TooManyBytes();

            await _context.Log.FollowAsync(
                "TranscribeFile", _id, _caller, plan.ClientRequestId, () => RunAsync(config, plan));
        }
        finally
        {
            await _scope.AbortAsync();
            await _reader.EndAsync();
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _responses.Dispose();
        _scope.Dispose();
        _ticket.Dispose();
    }

    private async Task RunAsync(V1.TranscribeFileConfig config, FilePlan plan)
    {
        using var quota = _context.Quotas.Enter(_caller, 1);
        using var spool = new UploadSpool();
        await GreetAsync(plan);
        await RunLoopsAsync(config, plan, spool, quota);
    }

    private async Task<V1.TranscribeFileConfig> ReadConfigAsync()
    {
        const string Expected = "expected config, once and first.";
        return await _reader.NextAsync() switch
        {
            ReadOutcome.Message when _reader.Current.RequestCase == Kind.Config => _reader.Current.Config,
            ReadOutcome.Message when _reader.Current.RequestCase == Kind.None => throw NothingSet(),
            ReadOutcome.Message => throw Refusals.MessageOrder($"The first message is {_reader.Current.RequestCase}; {Expected}"),
            ReadOutcome.Completed => throw Refusals.MessageOrder($"The stream ended without a message; {Expected}"),
            ReadOutcome.Idle => throw Refusals.Idle(_context.Limits.MaxIdle),
            _ => throw Refusals.Draining(),
        };
    }

    private async Task GreetAsync(FilePlan plan)
    {
        var started = new V1.FileStarted
        {
            Limits = LimitsMapping.ToMessage(_context.Limits),
            Model = LimitsMapping.ToMessage(_context.Model, _context.Aligner),
            ClientRequestId = plan.ClientRequestId,
        };
        await WriteAsync(new() { Started = started });
        foreach (var warning in plan.Warnings) await WriteAsync(new() { Warning = warning });
    }

    private async Task RunLoopsAsync(V1.TranscribeFileConfig config, FilePlan plan, UploadSpool spool, QuotaLease quota)
    {
        var opener = new RecordingOpener(plan, spool, _context.Limits.MaxFileAudio, quota);
        var meter = new FileProgressMeter(WholeOf(config, plan.Format));
        var completed = new V1.FileCompleted();
        try
        {
            var progress = _scope.Run(() => TellProgressAsync(meter, spool));
            var recognition = _scope.Run(() => RecognizeAsync(plan, opener, meter, completed, quota));
            await _scope.Run(() => ReceiveAsync(config, spool));

            await _responses.WhileReadAsync(recognition);
            await _scope.EndOutputAsync();
            await _responses.WhileReadAsync(progress);
            await _responses.WhileReadAsync(_scope.Run(() => WriteAsync(new() { Completed = completed })));
        }
        finally
        {
            spool.Break(); // nobody may wait for more when it is disposed
            await _scope.CollapseAsync();
        }
    }

    private async Task ReceiveAsync(V1.TranscribeFileConfig config, UploadSpool spool)
    {
        try
        {
            while (true)
            {
                switch (await _reader.NextAsync())
                {
                    case ReadOutcome.Completed:
                        if (config.HasTotalBytes && (ulong)spool.Length != config.TotalBytes) throw OtherSize(config, spool.Length);
                        spool.Complete();
                        return;
                    case ReadOutcome.Idle:
                        throw Refusals.Idle(_context.Limits.MaxIdle);
                    case ReadOutcome.Stopping:
                        throw Refusals.Draining();
                }

                Append(_reader.Current, config, spool);
            }
        }
        catch
        {
            spool.Break(); // before anybody waits for the recognition, which may wait for more
            throw;
        }
    }

    private void Append(V1.TranscribeFileRequest request, V1.TranscribeFileConfig config, UploadSpool spool)
    {
        if (request.RequestCase == Kind.None) throw NothingSet();
        if (request.RequestCase == Kind.Config) throw Refusals.MessageOrder("config comes once, and first.");

        var (chunk, limits) = (request.Chunk, _context.Limits);
        if (chunk.Length > limits.MaxAudioMessageBytes)
        {
            throw Refusals.BadValue(
                "chunk", FormattableString.Invariant($"{chunk.Length} bytes are more than {limits.MaxAudioMessageBytes}."));
        }

        long length = spool.Length + chunk.Length;
        if (length > limits.MaxFileBytes) throw TooManyBytes();
        if (config.HasTotalBytes && (ulong)length > config.TotalBytes) throw OtherSize(config, length);
        spool.Append(chunk.Span);
    }

    private async Task RecognizeAsync(
        FilePlan plan, RecordingOpener opener, FileProgressMeter meter, V1.FileCompleted completed, QuotaLease quota)
    {
        var (languages, speech, isOpen) = (new LanguageWatch(), TimeSpan.Zero, false);
        var (refinement, delivery) = (new SegmentRefinement(_context.Aligner, plan.Options.Samples), new DeliveryReport(plan.Options.Words));
        try
        {
            await foreach (var segment in _context.Model.Engine.TranscribeAsync(opener.Open, plan.Options, meter.Set, _scope.Input))
            {
                if (!isOpen) await WarnOfRateAsync(opener);
                isOpen = true;
                var message = SegmentMapping.ToMessage(segment, _id);
                var (words, miss) = await refinement.RefineAsync(segment, message, _scope.Input);
                await WriteAsync(new() { Segment = message });
                delivery.Add(segment, words);
                if (miss is not null) await WriteAsync(new() { Warning = miss });
                if (languages.Look(segment, message.SegmentId) is { } warning) await WriteAsync(new() { Warning = warning });
                if (message.Text.Length > 0) speech += segment.End - segment.Start;
                completed.Segments++;
            }
        }
        catch (OperationCanceledException) when (_scope.Input.IsCancellationRequested && !_scope.Abort.IsCancellationRequested)
        {
            throw Refusals.Draining();
        }

        if (!isOpen) await WarnOfRateAsync(opener);
        if (opener.Reader is { IsOverQuota: true }) throw quota.UsedUp();
        if (opener.Reader is { IsCut: true })
        {
            throw Refusals.OverLimit(
                ErrorReasons.FileLimit, $"A file may hold at most {ExactDuration.Text(_context.Limits.MaxFileAudio)} of audio.");
        }

        completed.AudioDuration = Duration.FromTimeSpan(opener.Reader?.Duration ?? default);
        completed.Delivery = delivery.Finish(opener.Reader?.Duration ?? default);
        completed.Speech = Duration.FromTimeSpan(speech);
    }

    private Task WarnOfRateAsync(RecordingOpener opener) =>
        opener.Reader is { SampleRate: not Audio.Resampler.OutputRate } reader
            ? WriteAsync(new() { Warning = Warnings.Resampled(reader.SampleRate) })
            : Task.CompletedTask;

    private async Task TellProgressAsync(FileProgressMeter meter, UploadSpool spool)
    {
        var time = _context.Time;
        long began = time.GetTimestamp();
        using var timer = new PeriodicTimer(FileProgressMeter.Look, time);
        while (await timer.WaitForNextTickAsync(_scope.Output))
        {
            if (meter.Next(time.GetElapsedTime(began), spool.Length) is { } progress)
                await WriteAsync(new() { Progress = progress });
        }
    }

    private Task WriteAsync(V1.TranscribeFileResponse response) => _responses.WriteAsync(() => response);

    /// <summary>The audio of raw samples whose size is known.</summary>
    private static TimeSpan? WholeOf(V1.TranscribeFileConfig config, RawFormat? format) => config.HasTotalBytes && format is not null
        ? ExactDuration.OfFrames((long)config.TotalBytes / format.FrameBytes, format.SampleRate)
        : null;

    private RpcException TooManyBytes() => Refusals.OverLimit(
        ErrorReasons.FileLimit, FormattableString.Invariant($"A file may have at most {_context.Limits.MaxFileBytes} bytes."));

    private static RpcException OtherSize(V1.TranscribeFileConfig config, long length) => Refusals.BadValue(
        "config.total_bytes", FormattableString.Invariant($"{config.TotalBytes}, but the file has {length} bytes or more."));

    private static RpcException NothingSet() =>
        Refusals.BadValue("request", "is not set; or it is of a kind that this server does not know.");
}
