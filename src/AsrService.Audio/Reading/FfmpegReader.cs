namespace AsrService.Audio;

/// <summary>
/// Reads what the ffmpeg program decodes: the file's first audio stream at its own rate and channel count, as floats
/// through a pipe. ffmpeg gets the file by name, since an M4A with its index at the end cannot be read from a pipe.
/// </summary>
internal sealed class FfmpegReader : AudioReader
{
    private readonly string _demuxer;
    private readonly FfmpegOptions _options;
    private WavReader _decoded;

    /// <param name="path">A local file.</param>
    /// <param name="demuxer">The one format ffmpeg may take it for.</param>
    /// <param name="options">Program and limits.</param>
    public FfmpegReader(string path, string demuxer, FfmpegOptions options)
    {
        options.Check();
        Name = path;
        _demuxer = demuxer;
        _options = options;
        _decoded = Start();
    }

    public override string Name { get; }

    public override int SampleRate => _decoded.SampleRate;

    public override int Channels => _decoded.Channels;

    public override long? FrameCount => null;

    public override bool IsWithinUnitRange => false; // lossy decoders overshoot

    public override bool CanRewind => true;

    public override int Read(Span<float> interleaved) => _decoded.Read(interleaved);

    public override void Rewind()
    {
        _decoded.Dispose();
        _decoded = Start();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoded.Dispose();
    }

    private WavReader Start()
    {
        var output = new FfmpegOutput(Name, Arguments(), _options);
        try
        {
            return new WavReader(output, Name);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    private string[] Arguments() =>
    [
        "-nostdin", "-v", "error",
        "-protocol_whitelist", "file,pipe", "-f", _demuxer,
        "-i", "file:" + Name, // the prefix keeps names with ':' or a leading '-' from meaning something else
        "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-fflags", "+bitexact",
        "-c:a", "pcm_f32le", "-f", "wav", "pipe:1",
    ];
}
