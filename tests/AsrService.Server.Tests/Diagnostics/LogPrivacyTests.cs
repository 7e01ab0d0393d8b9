using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AsrService.Contracts.V1;
using AsrService.Hosting;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>Nothing that anybody says, or biases with, is ever logged.</summary>
[Trait("Category", "EndToEnd")]
public partial class LogPrivacyTests
{
    private const string Secret = "Xanthippe";

    [Fact]
    public async Task Log_OfASessionAtDebug_HasNoWordOfIt()
    {
        using var log = new WholeLog();
        var app = ServerApplication.Create(
            [.. ServerProcess.FreePorts, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace"],
            services => services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log));
        await using var _ = app;
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.Services.GetRequiredService<EngineHost>().Model.Engine.Ready;
        using var channel = GrpcChannel.ForAddress(ServerAddresses.Of(app).Grpc.OriginalString);
        var config = LiveCall.Config;
        config.Recognition = new RecognitionOptions { Biasing = new Biasing { Context = Secret } };

        var outcome = await LiveCall.RunAsync(new Contracts.V1.Transcriber.TranscriberClient(channel), config, Clips.Interview(12));

        var words = outcome.Responses.Where(response => response.Result is not null)
            .SelectMany(response => Word().Matches(response.Result.StableText + " " + response.Result.TentativeText))
            .Select(match => match.Value).Append(Secret).Where(word => word.Length >= 5 && !IsOurs(word)).Distinct().ToList();
        Assert.True(words.Count > 5, string.Join(' ', words));
        Assert.NotEmpty(log.Lines);
        string all = string.Join('\n', log.Lines);
        Assert.DoesNotContain(words, word => Regex.IsMatch(all, $@"\b{word}\b", RegexOptions.IgnoreCase));
    }

    /// <summary>Words that servers write in their logs whatever is said.</summary>
    private static bool IsOurs(string word) => CommonWords.Contains(word, StringComparer.OrdinalIgnoreCase);

    private static readonly string[] CommonWords =
        ["there", "which", "started", "service", "model", "request", "stream", "server", "about", "first", "after", "before", "their", "would", "could"];

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex Word();

    private sealed class WholeLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
