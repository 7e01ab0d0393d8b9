using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Tests;

/// <summary>Keeps what was logged as a warning or worse.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Messages { get; } = [];

    /// <summary>The first message, when it comes.</summary>
    public Task<string> First => _first.Task;

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Recorder(RecordedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            string message = $"{logLevel} {category}: {formatter(state, exception)} {exception}";
            logs.Messages.Enqueue(message);
            logs._first.TrySetResult(message);
        }
    }
}
