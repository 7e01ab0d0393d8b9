using System.Runtime.CompilerServices;
using AsrService.Audio;
using AsrService.Engine.Alignment;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Sessions;

namespace AsrService.Engine;

/// <summary>
/// Many live sessions and recordings on one model, and their words' alignment on another: owns the models, and the one
/// loop that runs them.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class TranscriptionEngine : IEngine, IAsyncDisposable
{
    private const int WaitingPerFile = 4; // recordings that may wait for each that is recognized

    private readonly Recognizer _recognizer;
    private readonly EngineMetrics _metrics;
    private readonly ForcedAligner? _aligner;
    private readonly AlignerMetrics? _alignerMetrics;
    private readonly EngineThread _thread;
    private readonly SessionHost _host;
    private readonly Admission _admission;
    private readonly SemaphoreSlim _files;
    private readonly int _mostFilesWaiting;
    private int _filesWaiting;
    private readonly CancellationTokenSource _stopping = new();
    private int _isDisposed;

    /// <summary>Starts the loop on a thread of its own, with a warm-up of the models first.</summary>
    /// <param name="recognizer">Owned from here on.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="time">The clock of heartbeats and budgets; null for the system's.</param>
    /// <param name="meterScope">Who hosts it, for listeners that listen to one engine of several; null for nobody.</param>
    /// <param name="aligner">Owned from here on; null for none.</param>
    /// <exception cref="AsrException">An option is out of its range, or the KV cache holds no channel.</exception>
    public TranscriptionEngine(
        Recognizer recognizer, EngineOptions? options = null, TimeProvider? time = null, object? meterScope = null,
        ForcedAligner? aligner = null)
    {
        options ??= new EngineOptions();
        options.Check();
        (_recognizer, _aligner) = (recognizer, aligner);
        time ??= TimeProvider.System;
        _metrics = new EngineMetrics(recognizer.Runner.Name, time, meterScope);
        _admission = new Admission(recognizer, options);
        _files = new SemaphoreSlim(options.MaxFiles);
        _mostFilesWaiting = WaitingPerFile * options.MaxFiles;
        var clock = new StepClock(options.StepBudget, time);
        List<ModelLane> lanes = [new ModelLane(recognizer.Runner, clock, _metrics)];
        if (aligner is not null)
        {
            _alignerMetrics = new AlignerMetrics(aligner.Runner.Name, time, meterScope);
            lanes.Add(new ModelLane(aligner.Runner, clock, _alignerMetrics));
        }
        _thread = new EngineThread(new BatchLoop(clock, [.. lanes]), WarmUpModels, time);
        if (aligner is not null) Aligner = new EngineAligner(aligner, _thread, options, time, _alignerMetrics!);
        long buffered = (long)(options.MaxBufferedAudio.TotalSeconds * Resampler.OutputRate);
        _host = new SessionHost(recognizer, _metrics, time, buffered, _admission.MaxContextTokens, _thread.Wake, Closed);
        _metrics.Watch(() => Health, () => Ready.IsCompletedSuccessfully, recognizer.Runner.FreeKvBlocks);
        _alignerMetrics?.Watch(() => Health, () => Ready.IsCompletedSuccessfully, aligner!.Runner.FreeKvBlocks);
        _thread.Start();
    }

    /// <summary>The model.</summary>
    public Recognizer Recognizer => _recognizer;

    /// <summary>Aligns in the same loop; null without an aligner.</summary>
    public EngineAligner? Aligner { get; }

    /// <summary>Tokens of context that a session or recording may bring.</summary>
    public int MaxContextTokens => _admission.MaxContextTokens;

    /// <inheritdoc/>
    public EngineHealth Health => new(
        _admission.Channels, _admission.ChannelCapacity, _thread.HasWork, _thread.SinceHeartbeat, _thread.Fault);

    /// <summary>What the engine does and has done.</summary>
    public EngineStats Stats => _metrics.Stats();

    /// <inheritdoc/>
    public Task Ready => _thread.Ready;

    /// <summary>Completes when all that was there to be done before the call is done; for tests that own the clock.</summary>
    internal Task WhenIdleAsync() => _thread.WhenIdleAsync();

    /// <summary>The longest beginning of a list of terms and a free text that fits <see cref="MaxContextTokens"/>; the free text is cut first.</summary>
    /// <returns>The context, and whether anything was cut.</returns>
    public (string Context, bool IsTruncated) FitContext(IReadOnlyList<string> terms, string text) =>
        new ContextFit(_recognizer.Format, MaxContextTokens).Fit(terms, text);

    /// <summary>Opens a live session and reserves its places.</summary>
    /// <exception cref="AsrException">All places are taken, or an option is out of its range.</exception>
    public TranscriptionSession OpenSession(SessionOptions options) => OpenSession(options, null);

    /// <summary>Opens a live session that goes on where another one was cut off, here or elsewhere.</summary>
    /// <param name="options">In force at the final cursor of the checkpoint; updates from there on are given again.</param>
    /// <param name="from">Where; null for the beginning. Frames are to be written from
    /// <see cref="TranscriptionSession.FirstFrame"/> on.</param>
    /// <exception cref="AsrException">All places are taken, or an option is out of its range.</exception>
    public TranscriptionSession OpenSession(SessionOptions options, SessionCheckpoint? from)
    {
        ThrowIfStopping();
        SessionChecks.Check(options, _host);
        if (from is not null && from.Channels.Count != options.Channels)
            throw new ArgumentException($"{options.Channels} channels cannot go on with {from.Channels.Count}.", nameof(from));
        TakeChannels(options.Channels);
        return Open(options, _host, WorkClass.Final, from);
    }

    /// <summary>Recognizes a recording behind all live work; segments come in order of start, then channel.</summary>
    /// <param name="open">Opens it, on a thread of the engine's where it may block while an upload goes on.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Called whenever it came further; null if nobody wants to know.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AsrException">It cannot be decoded, or the model failed.</exception>
    public async IAsyncEnumerable<FileSegment> TranscribeAsync(
        Func<AudioReader> open, FileTranscriptionOptions options, Action<FileTranscriptionProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfStopping();
        FileChecks.Check(options, _host, _admission);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await TakeFilePlaceAsync(ending.Token);
        var load = _metrics.Opened(SessionLoad.File, channels: 0);
        try
        {
            var segments = options.IsLive
                ? new LiveFile(session => Open(session, _host with { Closed = static (_, _) => { }, FileAdmission = _admission }, WorkClass.File), options, progress).RunAsync(open, ending.Token)
                : new OfflineFile(_host, _admission, _thread, options, progress).RunAsync(open, ending.Token);
            await foreach (var segment in segments) yield return segment;
        }
        finally
        {
            _metrics.Closed(load);
            _files.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stopping.CancelAsync();
        await _thread.DisposeAsync();
        _aligner?.Dispose(); // its threads may be the recognizer's
        _recognizer.Dispose();
        _metrics.Dispose();
        _alignerMetrics?.Dispose();
        _stopping.Dispose();
    }

    private void WarmUpModels()
    {
        WarmUp.Run(_recognizer);
        if (_aligner is not null) WarmUp.Run(_aligner);
    }

    private TranscriptionSession Open(
        SessionOptions options, SessionHost host, WorkClass finalClass, SessionCheckpoint? from = null)
    {
        var session = new TranscriptionSession(host, options, finalClass, from);
        foreach (var source in session.Sources) _thread.Add(source);
        return session;
    }

    private void TakeChannels(int count)
    {
        try
        {
            _admission.TakeChannels(count);
        }
        catch (AsrException)
        {
            _metrics.Refused();
            throw;
        }
    }

    private void Closed(TranscriptionSession session, int channels)
    {
        _admission.ReturnChannels(channels);
        _thread.Wake();
    }

    /// <summary>Waits for a place, unless too many do already.</summary>
    private async Task TakeFilePlaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _filesWaiting) > _mostFilesWaiting)
            {
                throw new AsrException(
                    AsrFailure.StreamLimitReached, $"{_mostFilesWaiting} recordings wait for a place already; retry later.");
            }
            await _files.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _filesWaiting);
        }
    }

    private void ThrowIfStopping()
    {
        if (_stopping.IsCancellationRequested || _thread.Fault is not null)
            throw new AsrException(AsrFailure.Stopping, "The engine is stopping.", _thread.Fault);
    }
}
