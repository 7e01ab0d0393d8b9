using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using AsrService.Contracts.Errors;
using AsrService.Rpc.Server;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client.Tests;

/// <summary>A service whose calls do what a test says, one after another.</summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<ScriptedCall, Task>> _scripts;
    private int _calls;

    private ScriptedService(WebApplication app, IEnumerable<Func<ScriptedCall, Task>> scripts) =>
        (_app, _scripts) = (app, new(scripts));

    public string Address => _app.Urls.First();

    /// <summary>Streams so far.</summary>
    public int Calls => _calls;

    /// <summary>Answers to Align.</summary>
    public Func<V1.AlignRequest, V1.AlignResponse> Align { get; set; } = _ => new();

    public static Task<ScriptedService> StartAsync(params IEnumerable<Func<ScriptedCall, Task>> scripts) => StartAsync(null, scripts);

    /// <param name="certificate">For TLS; clients may then show one of their own.</param>
    /// <param name="scripts">A call each; a further one is refused.</param>
    public static async Task<ScriptedService> StartAsync(X509Certificate2? certificate, IEnumerable<Func<ScriptedCall, Task>> scripts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.UseGrpcLimits().Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is null) return;
            listen.UseHttps(certificate, https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }));
        var holder = new Holder();
        builder.Services.AddSingleton(holder);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        app.MapGrpcService<AlignerService>();
        holder.Service = new ScriptedService(app, scripts);
        await app.StartAsync();
        return holder.Service;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private sealed class Holder
    {
        public ScriptedService Service { get; set; } = null!;
    }

    private sealed class AlignerService(Holder holder) : V1.Aligner.AlignerBase
    {
        public override Task<V1.AlignResponse> Align(V1.AlignRequest request, ServerCallContext context) =>
            Task.FromResult(holder.Service.Align(request));
    }

    private sealed class Service(Holder holder) : V1.Transcriber.TranscriberBase
    {
        public override Task StreamingTranscribe(
            IAsyncStreamReader<V1.StreamingTranscribeRequest> requestStream,
            IServerStreamWriter<V1.StreamingTranscribeResponse> responseStream, ServerCallContext context)
        {
            Interlocked.Increment(ref holder.Service._calls);
            var call = new ScriptedCall(requestStream, responseStream, context);
            return holder.Service._scripts.TryDequeue(out var script) ? script(call) : throw call.Failure(StatusCode.FailedPrecondition, "NO_SCRIPT");
        }
    }
}

/// <summary>A call of a scripted service.</summary>
internal sealed class ScriptedCall(
    IAsyncStreamReader<V1.StreamingTranscribeRequest> requests, IServerStreamWriter<V1.StreamingTranscribeResponse> responses,
    ServerCallContext context)
{
    public ServerCallContext Context => context;

    /// <summary>The next request; null at half-close.</summary>
    public async Task<V1.StreamingTranscribeRequest?> ReadAsync() =>
        await requests.MoveNext(CancellationToken.None) ? requests.Current : null;

    /// <summary>All requests to half-close.</summary>
    public async Task<List<V1.StreamingTranscribeRequest>> ReadToEndAsync()
    {
        var all = new List<V1.StreamingTranscribeRequest>();
        while (await ReadAsync() is { } request) all.Add(request);
        return all;
    }

    /// <summary>Reads until so much audio was sent.</summary>
    public async Task<List<V1.StreamingTranscribeRequest>> ReadAudioAsync(TimeSpan until)
    {
        var all = new List<V1.StreamingTranscribeRequest>();
        for (long frames = 0; frames < until.TotalSeconds * 16_000;)
        {
            var request = await ReadAsync() ?? throw new EndOfStreamException();
            all.Add(request);
            if (request.Audio is { } audio) frames = (long)audio.Sequence + (audio.Data.Length / 2);
            if (request.Silence is { } silence) frames = (long)silence.Sequence + (long)(silence.Duration.ToTimeSpan().TotalSeconds * 16_000);
        }

        return all;
    }

    /// <summary>Reads the first message and greets.</summary>
    /// <param name="token">Empty for none.</param>
    /// <param name="resendFrom">Where a resumed session goes on; null for a new one.</param>
    /// <param name="limits">Null for none.</param>
    public async Task<V1.StreamingTranscribeRequest> GreetAsync(string token, ulong? resendFrom = null, V1.Limits? limits = null)
    {
        var first = await ReadAsync() ?? throw new EndOfStreamException();
        var started = new V1.Started { Resumed = resendFrom is not null, Limits = limits };
        if (resendFrom is { } sequence) started.ResendFrom = new() { Sequence = sequence };
        await WriteAsync(new() { Started = started }, token, resendFrom is { } from ? TimeSpan.FromSeconds(from / 16_000.0) : default);
        return first;
    }

    public Task FlowAsync(string token = "", TimeSpan final = default) => WriteAsync(new() { Flow = new() }, token, final);

    public Task WriteAsync(V1.StreamingTranscribeResponse response, string token = "", TimeSpan final = default)
    {
        response.SessionId = "session";
        response.ResumeToken = ByteString.CopyFromUtf8(token);
        response.Cursors = new() { Final = Duration.FromTimeSpan(final) };
        return responses.WriteAsync(response);
    }

    /// <summary>Reads to half-close and ends well.</summary>
    public async Task<List<V1.StreamingTranscribeRequest>> EndAsync()
    {
        var rest = await ReadToEndAsync();
        await WriteAsync(new() { Ended = new() { Reason = V1.EndReason.AudioCompleted } });
        return rest;
    }

    public RpcException Failure(StatusCode code, string reason, string domain = "asr.v1", params (string, string)[] metadata) =>
        RichStatus.Of(code, $"As scripted: {reason}.", RichStatus.Cause(reason, domain, metadata)).ToRpcException();
}
