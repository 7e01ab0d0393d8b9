namespace Grpc.Core;

/// <summary>The outcome of a call: a code and a sentence for people.</summary>
public struct Status
{
    /// <summary>OK without detail.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>A status as it goes over the wire.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">For people; any Unicode text, percent-encoded in <c>grpc-message</c>.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>A status with the local exception behind it.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">For people.</param>
    /// <param name="debugException">What happened on this side; never sent.</param>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The sentence for people; null only in a default value.</summary>
    public string Detail { get; }

    /// <summary>The local cause, for logs on this side; null where the status came over the wire.</summary>
    public Exception? DebugException { get; }

    /// <summary>Code, detail and, if there is one, the type and message of the local cause.</summary>
    public override readonly string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", " +
            $"DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
