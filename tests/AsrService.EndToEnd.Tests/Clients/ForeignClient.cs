using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>A process that makes calls on another implementation of gRPC, many at once.</summary>
internal sealed class ForeignClient : IAsyncDisposable
{
    /// <summary>For a slow machine; nothing waits so long unless it is broken.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, ForeignCall> _calls = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Task<string> _errors;
    private readonly Task _reading;
    private int _last;

    public ForeignClient(Runtime runtime)
    {
        ClientPrograms.Require(runtime);
        Runtime = runtime;
        _process = Process.Start(ClientPrograms.Client(runtime))!;
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public Runtime Runtime { get; }

    /// <summary>Starts a call.</summary>
    public async Task<ForeignCall> StartAsync(string address, CallScript script)
    {
        int id = Interlocked.Increment(ref _last);
        var call = new ForeignCall(id, name => WriteAsync(new { id, release = name }));
        _calls[id] = call;
        var command = new Dictionary<string, object>
        {
            ["id"] = id, ["address"] = address, ["service"] = script.Service, ["method"] = script.Method, ["steps"] = script.Steps,
        };
        if (script.Deadline is { } deadline) command["deadline_ms"] = (int)deadline.TotalMilliseconds;
        if (script.HasOwnConnection) command["connection"] = "own";
        if (script.Options.Count > 0) command["options"] = script.Options;
        if (script.Metadata.Count > 0) command["metadata"] = script.Metadata;
        if (script.Tls.Count > 0) command["tls"] = script.Tls;
        await WriteAsync(command);
        return call;
    }

    /// <summary>Makes a call and waits for its end.</summary>
    public async Task<CallOutcome> RunAsync(string address, CallScript script) =>
        await (await StartAsync(address, script)).EndAsync();

    /// <summary>Sends the process a signal, as <c>kill</c> names it.</summary>
    public async Task SignalAsync(string signal) => await Signals.SendAsync(_process.Id, signal);

    /// <summary>Kills the process and waits until the system has closed all that it had.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            try
            {
                await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
            }
            catch (TimeoutException)
            {
                _process.Kill();
            }
        }

        await _reading;
        _process.Dispose();
        _writing.Dispose();
    }

    private async Task WriteAsync<T>(T command)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) Take(JsonSerializer.Deserialize<ClientReport>(line)!);

        var end = new EndOfStreamException($"The client on {Runtime} ended:\n{await _errors}");
        foreach (var call in _calls.Values) call.Fail(end);
    }

    private void Take(ClientReport report)
    {
        var call = _calls[report.Id];
        if (report.Reached is { } name)
        {
            call.Reach(name);
            return;
        }

        _calls.TryRemove(report.Id, out _);
        if (report.Fault is { } fault) call.Fail(new InvalidOperationException(fault));
        else call.End(new CallOutcome(report.Code, report.Message ?? "", report.Details, report.Responses!));
    }
}
