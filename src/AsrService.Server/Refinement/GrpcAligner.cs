using System.Runtime.InteropServices;
using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using AlignerClient = AsrService.Contracts.V1.Aligner.AlignerClient;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Refinement;

/// <summary>
/// An aligner service elsewhere: one stream that all calls share, so that it batches them; long segments go by themselves,
/// as they would hold up the others'. A stream that breaks, or does not answer, is replaced with the next segment.
/// </summary>
/// <remarks>Thread-safe. Samples travel as they are, so that times are those of an aligner in this process.</remarks>
internal sealed class GrpcAligner : IAligner, IAsyncDisposable
{
    private const int LongestShared = 10 * 16_000; // 640 KB

    private readonly GrpcChannel _channel;
    private readonly AlignerClient _client;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Metadata _headers = [];
    private readonly Lock _gate = new();
    private AlignStream? _stream;

    /// <param name="address">http, https or unix.</param>
    /// <param name="apiKey">Shown with every call; empty for none.</param>
    /// <param name="patience">How long one attempt waits for its answer.</param>
    /// <param name="time">Its clock.</param>
    public GrpcAligner(string address, string apiKey, TimeSpan patience, TimeProvider time)
    {
        if (apiKey.Length > 0) _headers.Add("authorization", $"Bearer {apiKey}");
        (_channel, _patience, _time) = (GrpcChannel.ForAddress(address), patience, time);
        _client = new AlignerClient(_channel);
    }

    /// <summary>Those of the published model; which the service's has it says when it is asked.</summary>
    public IReadOnlyList<Language> Languages { get; } = [.. LanguageCatalog.All.Where(language => language.CanAlign)];

    /// <summary>What every aligner takes.</summary>
    public TimeSpan MaxClip { get; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task<AlignedText> AlignAsync(AlignmentRequest request, CancellationToken cancellationToken)
    {
        var audio = UnsafeByteOperations.UnsafeWrap(MemoryMarshal.AsBytes(request.Samples.Span).ToArray());
        string language = request.Language?.Name ?? "";
        try
        {
            var response = request.Samples.Length > LongestShared
                ? await AlignAloneAsync(audio, request.Text, language, cancellationToken)
                : await Stream().AlignAsync(new V1.AlignSegment { Audio = audio, Text = request.Text, Language = language }, cancellationToken);
            return AlignmentMessages.Read(response);
        }
        catch (RpcException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw AlignmentMessages.ToFailure(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose(); // ends its calls
        if (_stream is not null) await _stream.DisposeAsync();
    }

    private async Task<V1.AlignResponse> AlignAloneAsync(ByteString audio, string text, string language, CancellationToken cancellationToken)
    {
        var request = new V1.AlignRequest { AudioFormat = AlignmentMessages.Format, Audio = audio, Text = text, Language = language };
        return await _client.AlignAsync(
            request, _headers, deadline: _time.GetUtcNow().UtcDateTime + _patience, cancellationToken: cancellationToken);
    }

    private AlignStream Stream()
    {
        lock (_gate)
        {
            if (_stream is { IsOver: false } open) return open;
            return _stream = new AlignStream(_client.StreamingAlign(_headers), _patience, _time);
        }
    }
}
