using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AsrService.Cli.Service;
using AsrService.Engine;
using AsrService.Hosting;
using AsrService.Tokenizer;
using AsrService.TestKit;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TranscriberClient = AsrService.Contracts.V1.Transcriber.TranscriberClient;

namespace AsrService.Server.Tests;

/// <summary>The service in process on free ports, with the bundled model or a scripted one, and a client.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private TestServer(WebApplication app, ErrorLog errors)
    {
        (_app, Errors) = (app, errors);
        Addresses = ServerAddresses.Of(app);
        _channel = GrpcChannel.ForAddress(Addresses.Grpc.OriginalString);
        Client = new TranscriberClient(_channel);
    }

    public ServerAddresses Addresses { get; }

    public TranscriberClient Client { get; }

    public GrpcChannel Channel => _channel;

    /// <summary>All that is mapped.</summary>
    public IEnumerable<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    public ErrorLog Errors { get; }

    public TranscriptionEngine Engine => _app.Services.GetRequiredService<EngineHost>().Model.Engine;

    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public static Task<TestServer> StartAsync(IRunnerSource? model = null, params string[] settings) =>
        StartAsync(model, _ => { }, settings);

    public static Task<TestServer> StartAsync(IRunnerSource? model, TimeProvider time, params string[] settings) =>
        StartAsync(model, services => services.Replace(ServiceDescriptor.Singleton(time)), settings);

    public static async Task<TestServer> StartAsync(IRunnerSource? model, Action<IServiceCollection> more, params string[] settings)
    {
        var errors = new ErrorLog();
        string[] args =
        [
            "--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0",
            .. model is null ? [] : new[] { "--Asr:Aligner:Disabled=true" }, // a script says nothing to align
            .. settings.Select(setting => "--" + setting),
        ];
        var app = ServerApplication.Create(args, services =>
        {
            services.AddSingleton<ILoggerProvider>(errors);
            if (model is not null) services.Replace(ServiceDescriptor.Singleton<IModelSource>(model));
            more(services);
        });
        await app.StartAsync();
        var server = new TestServer(app, errors);
        await server.Engine.Ready;
        return server;
    }

    /// <summary>A client with a key.</summary>
    public TranscriberClient ClientWith(string key) => new(_channel.Intercept(new CallHeader("x-api-key", key)));

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>A model that tests make.</summary>
internal interface IRunnerSource : IModelSource;

/// <summary>A scripted model with the smallest tokenizer.</summary>
internal sealed class ScriptedSource(ScriptedModel model) : IRunnerSource
{
    public LoadedModel Load()
    {
        using var folder = new TemporaryFolder();
        TinyTokenizer.Write(folder.Path);
        return new LoadedModel(new Recognizer(model, BpeTokenizer.Load(folder.Path)), "scripted", Notice: null, Warnings: []);
    }
}

/// <summary>Keeps what was logged as an error: nothing, unless a test is about a fault of ours.</summary>
internal sealed class ErrorLog : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose()
    {
    }

    private sealed class Recorder(ErrorLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Lines.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
