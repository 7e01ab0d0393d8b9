using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Client;

/// <summary>What to do about a live call that failed.</summary>
internal enum Remedy
{
    /// <summary>Nothing: the caller is told.</summary>
    GiveUp,

    /// <summary>Go on with the session, here or elsewhere.</summary>
    Resume,

    /// <summary>Begin a new session over the audio that was kept.</summary>
    StartAnew,
}

/// <summary>How a call failed, with the details that the service gave.</summary>
internal sealed class CallFailure
{
    private const string TransportDomain = "asr.rpc";

    private readonly RpcException _exception;
    private readonly string _address;
    private readonly string _domain;

    public CallFailure(RpcException exception, string address)
    {
        (_exception, _address) = (exception, address);
        var status = exception.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        Reason = info?.Reason ?? "";
        _domain = info?.Domain ?? "";
        if (info is null) return;
        RetryAfter = status!.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();
        ErrorId = info.Metadata.TryGetValue("error_id", out string? id) ? id : null;
        if (info.Metadata.TryGetValue("resume_token", out string? token)) Token = Decode(token);
    }

    public StatusCode Code => _exception.StatusCode;

    public string Reason { get; }

    public TimeSpan? RetryAfter { get; }

    /// <summary>As fresh as the failure; null where none came.</summary>
    public ByteString? Token { get; }

    private string? ErrorId { get; }

    /// <summary>Whether the stream itself met a fault inside the service, which another attempt may meet again.</summary>
    public bool IsEngineFault => Reason == "ENGINE_FAULT";

    /// <summary>Whether another address may answer what this one did not.</summary>
    public bool IsWorthAnotherAddress => Code is StatusCode.Unavailable || (Code is StatusCode.ResourceExhausted && !IsTransport);

    public Remedy Remedy => (Code, Reason) switch
    {
        (StatusCode.NotFound, "TOKEN_INVALID") or (StatusCode.OutOfRange, "RESUME_GAP") => Remedy.StartAnew,
        (StatusCode.OutOfRange, "SESSION_LIMIT") => Remedy.Resume,
        (StatusCode.Aborted, "SUPERSEDED") => Remedy.GiveUp,
        (StatusCode.Unavailable or StatusCode.Aborted, _) => Remedy.Resume,
        // A reset, a proxy that ended the call its own way, a fault of the engine; but not what the transport found wrong.
        (StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.ResourceExhausted, _) when !IsTransport =>
            Remedy.Resume,
        _ => Remedy.GiveUp,
    };

    private bool IsTransport => _domain == TransportDomain;

    public AsrServiceException ToException(string prefix = "")
    {
        string detail = _exception.Status.Detail.Length > 0 ? _exception.Status.Detail : Code.ToString();
        return new AsrServiceException(prefix + detail, (AsrStatus)Code, Reason, _address, _exception.Status.DebugException)
        {
            RetryAfter = RetryAfter,
            ErrorId = ErrorId,
        };
    }

    private static ByteString? Decode(string token)
    {
        try
        {
            return ByteString.FromBase64(token);
        }
        catch (FormatException)
        {
            return null; // a newer one replaces it only where it can be read
        }
    }
}
