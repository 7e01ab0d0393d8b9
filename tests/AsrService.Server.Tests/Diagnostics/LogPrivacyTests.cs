using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using AsrService.Cli.Service;
using AsrService.Contracts.V1;
using AsrService.Hosting;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>Nothing that anybody says, or biases with, is ever logged.</summary>
[Trait("Category", "EndToEnd")]
public partial class LogPrivacyTests
{
    private const string Secret = "Xanthippe", Term = "Hippolyta", Wrong = "Bellerophontes-0123456789";

    [Fact]
    public async Task Log_OfASessionAtDebug_HasNoWordOfIt()
    {
        using var log = new WholeLog();
        var app = ServerApplication.Create(
            [
                .. ServerProcess.FreePorts, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace",
                .. ServiceGateTests.Keys.Select(setting => "--" + setting),
            ],
            services => services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log));
        await using var _ = app;
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.Services.GetRequiredService<EngineHost>().Model.Engine.Ready;
        using var channel = GrpcChannel.ForAddress(ServerAddresses.Of(app).Grpc.OriginalString);
        var client = new Contracts.V1.Transcriber.TranscriberClient(channel.Intercept(new CallHeader("x-api-key", ServiceGateTests.Acme)));
        var config = LiveCall.Config;
        config.Recognition = new RecognitionOptions { Biasing = new Biasing { Context = Secret, Terms = { Term } }, ClientRequestId = "order 66" };

        var outcome = await LiveCall.RunAsync(client, config, Clips.Interview(12));
        await MisbehaveAsync(client, ServerAddresses.Of(app), config);

        var words = outcome.Responses.Where(response => response.Result is not null)
            .SelectMany(response => Word().Matches(response.Result.StableText + " " + response.Result.TentativeText))
            .Select(match => match.Value).Append(Secret).Append(Term).Append(Wrong).Where(word => word.Length >= 5 && !IsOurs(word)).Distinct().ToList();
        Assert.True(words.Count > 5, string.Join(' ', words));
        Assert.NotEmpty(log.Lines);
        string all = string.Join('\n', log.Lines);
        foreach (string key in new[] { ServiceGateTests.Acme, ServiceGateTests.Umbrella, Wrong })
            Assert.DoesNotContain(key, all, StringComparison.Ordinal);
        // What is logged of a call, so that it can be found.
        string session = outcome.Responses[0].SessionId;
        Assert.Contains($"StreamingTranscribe {session} began; tenant \"acme\", request \"order 66\".", all, StringComparison.Ordinal);
        Assert.Contains($"StreamingTranscribe {session} ended with OK, audio_completed; tenant \"acme\", request \"order 66\".", all, StringComparison.Ordinal);
        Assert.DoesNotContain(words, word => Regex.IsMatch(all, $@"\b{word}\b", RegexOptions.IgnoreCase));
    }

    /// <summary>Calls that fail in ways whose messages might quote them.</summary>
    private static async Task MisbehaveAsync(Contracts.V1.Transcriber.TranscriberClient client, ServerAddresses addresses, StreamingConfig config)
    {
        var bad = config.Clone();
        bad.Recognition.Language = new LanguageOptions { Languages = { Secret } };
        bad.Recognition.ClientRequestId = Term + "\n" + Secret;
        Assert.Equal(StatusCode.InvalidArgument, (await LiveCall.RunAsync(client, new StreamingTranscribeRequest { Config = bad })).Code);
        Assert.Equal(StatusCode.NotFound, (await LiveCall.RunAsync(client, new StreamingTranscribeRequest
        {
            Resume = new Resume { SessionId = Secret, ResumeToken = ByteString.CopyFromUtf8(Term), Config = config },
        })).Code);
        foreach (string head in new[]
        {
            $"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Wrong}\r\nConnection: close\r\n\r\n",
            $"GET /closed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Wrong}\r\nConnection: close\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization : Bearer {Wrong}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \u0001{Wrong}\r\n\r\n",
            $"{Wrong} / HTTP/1.1\r\n\r\n",
        })
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync("127.0.0.1", addresses.Http.Port, TestContext.Current.CancellationToken);
            await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head), TestContext.Current.CancellationToken);
            await tcp.GetStream().CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        }
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
