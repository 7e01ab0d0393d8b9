using System.Threading.Channels;
using AsrService.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;
using Polly;
using Polly.Retry;

namespace AsrService.Client;

/// <summary>Carries a stream through as many calls as it takes.</summary>
/// <remarks>
/// Calling ──status OK──▶ over; Calling ──a break──▶ broken ──a call that comes on, or lasts──▶ Calling;
/// broken ──too long, or what no attempt can mend──▶ failed.
/// </remarks>
internal sealed class StreamRun
{
    private const int ManyAttempts = 30;

    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromMinutes(5);

    private readonly Addresses _addresses;
    private readonly AsrClientOptions _options;
    private readonly StreamOptions _stream;
    private readonly ReplayLog _log;
    private readonly ChannelWriter<StreamEvent> _events;
    private readonly CancellationToken _stop;
    private readonly EventSieve _sieve;
    private readonly ResiliencePipeline<CallEnd> _attempts;

    private int _place;
    private string _sessionId = "";
    private ByteString _token = ByteString.Empty;
    private bool _hasTokens;
    private TimeSpan _period = DefaultPeriod, _cursor;
    private TimeSpan? _faultAt;
    private long? _brokenAt;
    private int _reconnects;

    public StreamRun(
        Addresses addresses, AsrClientOptions options, StreamOptions stream, ReplayLog log,
        ChannelWriter<StreamEvent> events, CancellationToken stop)
    {
        (_addresses, _options, _stream, _log, _events, _stop) = (addresses, options, stream, log, events, stop);
        _place = addresses.Good;
        _sieve = new EventSieve(stream.Format.Channels);
        _attempts = new ResiliencePipelineBuilder<CallEnd> { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions<CallEnd>
            {
                ShouldHandle = outcome => ValueTask.FromResult(
                    outcome.Outcome.Result is { Failure: not null, HadProgress: false } end && Verdict(end) is null),
                MaxRetryAttempts = int.MaxValue, // time ends it
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.Reconnect.FirstDelay,
                MaxDelay = options.Reconnect.MaxDelay,
                DelayGenerator = outcome => ValueTask.FromResult(
                    Bounded(outcome.Outcome.Result?.Failure?.RetryAfter) ?? Late(outcome.AttemptNumber)),
                OnRetry = outcome => Tell(outcome.Outcome.Result!, outcome.AttemptNumber + 2),
            })
            .Build();
    }

    /// <summary>Opens the first call, at the first address that answers.</summary>
    /// <exception cref="AsrServiceException">None does, or the stream was refused.</exception>
    public async Task<StreamCall> StartAsync()
    {
        for (int left = _addresses.Count; ; left--)
        {
            var connection = _addresses[_place];
            try
            {
                return await OpenAsync(connection).ConfigureAwait(false);
            }
            catch (RpcException refused)
            {
                var failure = new CallFailure(refused, connection.Address);
                if (left == 1 || !failure.IsWorthAnotherAddress) throw failure.ToException();
                _place++;
            }
        }
    }

    /// <summary>Runs to the end of the session.</summary>
    /// <exception cref="AsrServiceException">It cannot go on.</exception>
    public async Task RunAsync(StreamCall first)
    {
        var end = await ServeAsync(first).ConfigureAwait(false);
        while (end.Failure is not null)
        {
            if (Verdict(end) is { } fatal) throw fatal;
            if (end.HadProgress || _brokenAt is null) _brokenAt = _options.Time.GetTimestamp();
            await Tell(end, 1).ConfigureAwait(false);
            await Task.Delay(_options.Reconnect.FirstDelay * Random.Shared.NextDouble(), _options.Time, _stop).ConfigureAwait(false);
            end = await _attempts.ExecuteAsync(AttemptAsync, _stop).ConfigureAwait(false);
        }

        await _events.WriteAsync(new EndedEvent(_log.Written, _sieve.Finals, _reconnects), _stop).ConfigureAwait(false);
    }

    /// <summary>Where everything of the stream is final.</summary>
    private TimeSpan Final => _sieve.Offset + _cursor;

    /// <summary>A quota may be used up until tomorrow; nobody waits longer than for a connection.</summary>
    private TimeSpan? Bounded(TimeSpan? delay) => delay > GiveUpAfter ? GiveUpAfter : delay;

    private TimeSpan GiveUpAfter => _options.Reconnect.GiveUpAfter ?? _period;

    /// <summary>After so many attempts the delay is the longest; Polly's own formula loses its digits at some time.</summary>
    private TimeSpan? Late(int attempt) =>
        attempt < ManyAttempts ? null : _options.Reconnect.MaxDelay * (0.5 + (Random.Shared.NextDouble() / 2));

    private async ValueTask<CallEnd> AttemptAsync(CancellationToken cancellationToken)
    {
        var connection = _addresses[++_place];
        try
        {
            return await ServeAsync(await GoOnAsync(connection).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (RpcException refused)
        {
            return Ended(new CallEnd(new CallFailure(refused, connection.Address)));
        }
    }

    /// <summary>Resumes the session, or begins a new one where that is not possible any more.</summary>
    private async Task<StreamCall> GoOnAsync(Connection connection)
    {
        try
        {
            return await OpenAsync(connection).ConfigureAwait(false);
        }
        catch (RpcException refused) when (!_token.IsEmpty && new CallFailure(refused, "").Remedy == Remedy.StartAnew)
        {
            _token = ByteString.Empty;
            return await OpenAsync(connection).ConfigureAwait(false);
        }
    }

    private async Task<StreamCall> OpenAsync(Connection connection)
    {
        var call = await StreamCall.OpenAsync(connection, First(), _options, _stop).ConfigureAwait(false);
        try
        {
            await GreetAsync(call).ConfigureAwait(false);
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private StreamingTranscribeRequest First()
    {
        var (sequence, config) = _log.Standing;
        if (_token.IsEmpty) return new() { Config = config };
        return new()
        {
            Resume = new Resume
            {
                SessionId = _sessionId,
                ResumeToken = _token,
                FirstSequence = (ulong)sequence,
                Config = config,
            },
        };
    }

    private async Task GreetAsync(StreamCall call)
    {
        _addresses.Answered(_place);
        var (greeting, started) = (call.Greeting, call.Greeting.Started);
        bool isFirst = _sessionId.Length == 0;
        if (!started.Resumed && !isFirst)
        {
            _log.StartAnew(_sieve.FinalEnds);
            (_cursor, _hasTokens, _sieve.Offset) = (TimeSpan.Zero, false, _log.Offset);
        }

        var from = _log.Rewind((long)(started.ResendFrom?.Sequence ?? 0));
        (_sessionId, _period) = (greeting.SessionId, started.Limits?.ResumePeriod?.ToTimeSpan() ?? DefaultPeriod);
        Adopt(greeting);
        if (!isFirst) _reconnects++;
        StreamEvent happened = isFirst
            ? new StartedEvent(_sessionId, Answers.Of(started.Model), call.Connection.Address)
            : new ResumedEvent(call.Connection.Address, from, !started.Resumed);
        await _events.WriteAsync(happened with { Cursors = _sieve.Of(greeting.Cursors) }, _stop).ConfigureAwait(false);
    }

    private async Task<CallEnd> ServeAsync(StreamCall call)
    {
        using var ours = call;
        var (from, began) = (Final, _options.Time.GetTimestamp());
        var end = Ended(await call.RunAsync(_log, _stream.KeepsAlive, TakeAsync).ConfigureAwait(false));
        bool hasLasted = _options.Time.GetElapsedTime(began) >= _options.Reconnect.DeadAfter;
        return end with { HadProgress = Final > from || hasLasted };
    }

    private async Task TakeAsync(StreamingTranscribeResponse response)
    {
        Adopt(response);
        if (_sieve.Take(response) is { } happened) await _events.WriteAsync(happened, _stop).ConfigureAwait(false);
    }

    /// <summary>The newest token replaces all others; what is final before it need not be kept.</summary>
    private void Adopt(StreamingTranscribeResponse response)
    {
        if (!response.ResumeToken.IsEmpty) (_token, _hasTokens) = (response.ResumeToken, true);
        else if (_hasTokens) return; // a cursor counts with its token only
        _cursor = Answers.Time(response.Cursors?.Final);
        _log.Advance(_cursor);
        _sieve.Forget(Final);
    }

    private CallEnd Ended(CallEnd end)
    {
        if (end.Failure is not { } failure) return end;
        if (failure.Token is { } fresh) _token = fresh;
        bool isRepeated = failure.IsEngineFault && _faultAt == Final;
        if (failure.IsEngineFault) _faultAt = Final;
        return end with { IsHopeless = isRepeated };
    }

    /// <summary>What ends the stream; null where another attempt may help.</summary>
    private AsrServiceException? Verdict(CallEnd end)
    {
        if (end.Failure is not { } failure) return null;
        if (!_options.Reconnect.IsEnabled || end.IsSuperseded || end.IsHopeless || failure.Remedy != Remedy.Resume)
            return failure.ToException();
        var limit = GiveUpAfter;
        return !end.HadProgress && _brokenAt is { } since && _options.Time.GetElapsedTime(since) >= limit
            ? failure.ToException($"No connection that works for {limit}; the last attempt: ")
            : null;
    }

    /// <summary>Told where there is room: a caller that does not read cares least about this.</summary>
    private ValueTask Tell(CallEnd end, int attempt)
    {
        _events.TryWrite(new ReconnectingEvent(end.Failure!.ToException(), attempt));
        return ValueTask.CompletedTask;
    }
}
