using System.Globalization;
using AsrService.Audio;
using AsrService.Engine;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using Google.Rpc;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Diagnostics;

/// <summary>Follows one live call for the counters.</summary>
internal sealed class SessionMeter(ServerMetrics metrics)
{
    private string? _model; // null until the session has started
    private RawFormat? _format;
    private V1.EndReason _reason;

    /// <summary>The session has its places.</summary>
    public void Started(string model, RawFormat format)
    {
        (_model, _format) = (model, format);
        metrics.Started(model);
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
        var (reason, code) = failure switch
        {
            null => (_reason.ToString(), StatusCode.OK),
            RpcException answer => (ReasonOf(answer), answer.StatusCode),
            AsrException { Failure: not AsrFailure.ModelFault } refusal => Of(refusal.ToRpcException("")),
            OperationCanceledException or IOException => ("caller_left", StatusCode.Cancelled),
            _ => (ErrorReasons.EngineFault, StatusCode.Internal),
        };
        if (_model is null) metrics.Rejected(Label(reason), 1);
        else metrics.Ended(_model, Label(reason), StatusNames.Of(code));
    }

    private static (string Reason, StatusCode Code) Of(RpcException answer) => (ReasonOf(answer), answer.StatusCode);

    private static string ReasonOf(RpcException answer) => answer.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "other";

    /// <summary>Enumerations as <c>AudioCompleted</c>, reasons as <c>SERVER_FULL</c>: both are closed lists.</summary>
    private static string Label(string reason)
    {
        if (reason.Contains('_', StringComparison.Ordinal) || reason.All(char.IsAsciiLetterUpper)) return reason.ToLowerInvariant();
        return string.Concat(reason.Select(
            (c, i) => (i > 0 && char.IsAsciiLetterUpper(c) ? "_" : "") + char.ToLower(c, CultureInfo.InvariantCulture)));
    }

    private static string CodecOf(SampleEncoding encoding) => encoding switch
    {
        SampleEncoding.S16 => "pcm_s16le",
        SampleEncoding.F32 => "pcm_f32le",
        SampleEncoding.MuLaw => "mulaw",
        _ => "alaw",
    };
}
