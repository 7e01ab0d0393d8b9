using AsrService.Audio;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Diagnostics;

/// <summary>Follows one live call for the counters.</summary>
internal sealed class SessionMeter(ServerMetrics metrics)
{
    private string? _model; // null until the session has started
    private RawFormat? _format;
    private V1.EndReason _reason;
    private bool _isResume;

    /// <summary>The call wants to go on with a session.</summary>
    public void Resuming() => _isResume = true;

    /// <summary>So many seconds of audio were there from before and are recognized again.</summary>
    public void Replaying(double seconds) => metrics.Replayed(seconds);

    /// <summary>The session has its places.</summary>
    public void Started(string model, RawFormat format)
    {
        (_model, _format) = (model, format);
        metrics.Started(model);
        if (_isResume) metrics.Resumed("ok");
    }

    /// <summary>The session has taken audio in.</summary>
    public void Received(IntakeFrames frames)
    {
        if (frames.Count == 0 || _format is null || _model is null) return;
        string codec = frames.Samples.IsEmpty ? "silence" : CodecOf(_format.Encoding);
        metrics.Received(_model, codec, (double)frames.Count / _format.SampleRate);
    }

    /// <summary>Why no more audio comes.</summary>
    public void Ending(V1.EndReason reason) => _reason = reason;

    /// <summary>The call is over.</summary>
    public void Ended(Exception? failure)
    {
        var (reason, code) = CallEnding.Of(failure, _reason);
        if (_model is null) metrics.Rejected(reason, 1);
        else metrics.Ended(_model, reason, StatusNames.Of(code));
        if (_isResume && _model is null) metrics.Resumed(reason);
    }

    private static string CodecOf(SampleEncoding encoding) => encoding switch
    {
        SampleEncoding.S16 => "pcm_s16le",
        SampleEncoding.F32 => "pcm_f32le",
        SampleEncoding.MuLaw => "mulaw",
        _ => "alaw",
    };
}
