using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AsrService.Audio;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.LongForm;

namespace AsrService.Engine.Sessions;

/// <summary>A recording mixed to one channel and cut at quiet places; its pieces share the batch with everybody else's.</summary>
/// <remarks>One thread reads and cuts, the loop decodes up to four pieces at once, the caller takes them in order.</remarks>
internal sealed class OfflineFile(
    SessionHost host, Admission admission, EngineThread thread, FileTranscriptionOptions options,
    Action<FileTranscriptionProgress>? progress)
{
    private const int PiecesAhead = 4;

    private long _readSamples;
    private TimeSpan? _total;

    public async IAsyncEnumerable<FileSegment> RunAsync(Func<AudioReader> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var source = new PieceSource(host, admission, options);
        thread.Add(source);
        var pieces = Channel.CreateBounded<Piece>(PiecesAhead);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var cutting = Blocking.Run(() => Cut(open, source, pieces.Writer, ending.Token));
        int index = 0;
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellationToken))
            {
                var (result, config) = await piece.Decoded.WaitAsync(cancellationToken);
                progress?.Invoke(new FileTranscriptionProgress(SampleTime.Of(_readSamples), piece.End, _total));
                bool isEmptyTail = piece.IsLast && index > 0 && result.Remarks.HasFlag(SegmentRemarks.NonSpeech);
                if (!isEmptyTail && piece.End > piece.Start) yield return ToSegment(index++, piece, result, config);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await cutting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its fault came by the channel
        }
    }

    private FileSegment ToSegment(int index, Piece piece, SegmentResult result, DecodingConfig config)
    {
        var transcript = new SegmentTranscript(result, config, host.Recognizer, piece.Activity, piece.Start);
        return new FileSegment(index, 0, piece.Start, piece.End)
        {
            Result = result,
            Words = options.Words ? transcript.FinalWords() : [],
            Language = transcript.Language,
            LanguageProbability = transcript.LanguageProbability,
            Confidence = transcript.Confidence,
            Samples = piece.Samples,
        };
    }

    private void Cut(Func<AudioReader> open, PieceSource source, ChannelWriter<Piece> pieces, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new SpeechReader(open());
            var splitter = new LongAudioSplitter(new SplitOptions { MaxPiece = options.MaxSegment });
            var buffer = new float[Resampler.OutputRate];
            while (!splitter.IsDone)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int unread = Read(reader, splitter, buffer), at = 0;
                do
                {
                    if (unread > 0) at += splitter.Append(buffer.AsSpan(at, unread - at));
                    while (splitter.TryTake(out var cut, out var samples)) Hand(new Piece(cut, samples, splitter.IsDone), source, pieces, cancellationToken);
                }
                while (at < unread); // a full splitter takes nothing until its piece is out
            }
            pieces.TryComplete();
        }
        catch (Exception fault)
        {
            pieces.TryComplete(fault is AudioFormatException or IOException ? new AsrException(AsrFailure.InvalidAudio, fault.Message, fault) : fault);
        }
    }

    private int Read(SpeechReader reader, LongAudioSplitter splitter, float[] buffer)
    {
        int count = reader.Read(buffer);
        if (count == 0) splitter.Complete();
        _readSamples = reader.Position;
        _total = count == 0 ? reader.Duration : reader.SampleCount is { } samples ? SampleTime.Of(samples) : null;
        return count;
    }

    private void Hand(Piece piece, PieceSource source, ChannelWriter<Piece> pieces, CancellationToken cancellationToken)
    {
        piece.Judge();
        source.Add(piece);
        host.Wake();
        while (!pieces.TryWrite(piece))
        {
            cancellationToken.ThrowIfCancellationRequested();
            pieces.WaitToWriteAsync(cancellationToken).AsTask().GetAwaiter().GetResult(); // a thread of our own may block
        }
    }
}

/// <summary>A piece of a recording on its way.</summary>
internal sealed class Piece(AudioPiece cut, float[] samples, bool isLast)
{
    private readonly TaskCompletionSource<(SegmentResult, DecodingConfig)> _decoded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan Start { get; } = SampleTime.Of(cut.Start);

    public TimeSpan End { get; } = SampleTime.Of(cut.Start + cut.Length);

    public bool IsLast { get; } = isLast;

    public float[] Samples { get; private set; } = samples;

    /// <summary>Speech flags of its hops.</summary>
    public bool[] Activity { get; private set; } = [];

    public Task<(SegmentResult Result, DecodingConfig Config)> Decoded => _decoded.Task;

    /// <summary>Timestamp since when it waits for the model.</summary>
    public long Due { get; set; }

    /// <summary>KV blocks set aside for it.</summary>
    public int Blocks { get; set; }

    public void Judge()
    {
        var detector = new AdaptiveVoiceActivityDetector();
        Activity = new bool[Samples.Length / ActivityLog.Hop];
        for (int i = 0; i < Activity.Length; i++) Activity[i] = detector.Process(Samples.AsSpan(i * ActivityLog.Hop, ActivityLog.Hop));
    }

    /// <summary>The clip has its own form of them.</summary>
    public void DropSamples() => Samples = [];

    public void Complete(SegmentResult result, DecodingConfig config) => _decoded.TrySetResult((result, config));

    public void Fail(Exception fault) => _decoded.TrySetException(fault);
}
