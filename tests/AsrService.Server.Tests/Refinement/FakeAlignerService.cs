using System.Runtime.InteropServices;
using AsrService.Contracts.V1;
using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsrService.Server.Tests.Refinement;

/// <summary>A service of asr.v1.Aligner at a Unix socket that answers as <see cref="FakeAligner"/> does, or as a test says.</summary>
internal sealed class FakeAlignerService : Contracts.V1.Aligner.AlignerBase, IAsyncDisposable
{
    private WebApplication? _app;
    private int _streams, _alone, _segments;

    /// <summary>Calls of StreamingAlign so far.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Calls of Align so far.</summary>
    public int Alone => Volatile.Read(ref _alone);

    /// <summary>Segments that have come on streams.</summary>
    public int Segments => Volatile.Read(ref _segments);

    /// <summary>What the newest call showed.</summary>
    public string? Authorization { get; private set; }

    /// <summary>What it answers to a segment of a stream; null for nothing at all.</summary>
    public Func<AlignSegment, Task<StreamingAlignResponse?>> Answer { get; set; } =
        segment => Task.FromResult<StreamingAlignResponse?>(Spread(segment));

    public static async Task<FakeAlignerService> StartAsync(string socket)
    {
        var service = new FakeAlignerService();
        File.Delete(socket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = 12 << 20);
        builder.Services.AddSingleton(service);
        service._app = builder.Build();
        service._app.MapGrpcService<FakeAlignerService>();
        await service._app.StartAsync();
        return service;
    }

    public override Task<AlignResponse> Align(AlignRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _alone);
        Authorization = context.RequestHeaders.GetValue("authorization");
        return Task.FromResult(Spread(request.Audio.Span, request.Text, request.Language));
    }

    public override async Task StreamingAlign(
        IAsyncStreamReader<StreamingAlignRequest> requestStream, IServerStreamWriter<StreamingAlignResponse> responseStream,
        ServerCallContext context)
    {
        Interlocked.Increment(ref _streams);
        Authorization = context.RequestHeaders.GetValue("authorization");
        using var turn = new SemaphoreSlim(1);
        var answering = new List<Task>();
        Assert.True(await requestStream.MoveNext());
        Assert.Equal(AudioEncoding.PcmF32Le, requestStream.Current.Config.AudioFormat.Encoding);
        while (await requestStream.MoveNext())
        {
            Interlocked.Increment(ref _segments);
            answering.Add(AnswerAsync(requestStream.Current.Segment));
        }

        await Task.WhenAll(answering);

        async Task AnswerAsync(AlignSegment segment)
        {
            if (await Answer(segment) is not { } response) return;
            await turn.WaitAsync();
            try
            {
                await responseStream.WriteAsync(response);
            }
            finally
            {
                turn.Release();
            }
        }
    }

    public static StreamingAlignResponse Spread(AlignSegment segment) =>
        new() { SegmentId = segment.SegmentId, Alignment = Spread(segment.Audio.Span, segment.Text, segment.Language) };

    /// <summary>Ends it at once, whatever is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static AlignResponse Spread(ReadOnlySpan<byte> audio, string text, string language)
    {
        LanguageCatalog.TryResolve(language, out var known);
        var aligned = FakeAligner.Spread(new AlignmentRequest(MemoryMarshal.Cast<byte, float>(audio).ToArray(), text, known));
        return new AlignResponse
        {
            AudioDuration = Duration.FromTimeSpan(aligned.Duration),
            Units =
            {
                aligned.Units.Select(unit => new Contracts.V1.AlignedUnit
                {
                    Text = unit.Text, Start = Duration.FromTimeSpan(unit.Start), End = Duration.FromTimeSpan(unit.End),
                    Probability = unit.Probability, IsRepaired = unit.IsRepaired,
                }),
            },
        };
    }
}
