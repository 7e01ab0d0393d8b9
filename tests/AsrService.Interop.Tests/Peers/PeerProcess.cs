using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace AsrService.Interop.Tests.Peers;

/// <summary>A running program that exchanges JSON lines with us and ends with its standard input.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 50;
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    public PeerProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => KeepError(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>The newest lines of its standard error.</summary>
    public string Errors => string.Join('\n', _errors);

    public async Task WriteAsync<T>(T message, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(message).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <exception cref="EndOfStreamException">It ended; the message has its standard error.</exception>
    public async Task<T> ReadAsync<T>(CancellationToken cancellationToken)
    {
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is not null) return JsonSerializer.Deserialize<T>(line)!;

        await _process.WaitForExitAsync(cancellationToken); // all of its standard error is here now
        throw new EndOfStreamException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}:\n{Errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(EndPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void KeepError(string? line)
    {
        if (line is null) return;
        _errors.Enqueue(line);
        if (_errors.Count > KeptErrorLines) _errors.TryDequeue(out _);
    }
}
