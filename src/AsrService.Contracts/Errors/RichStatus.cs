using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Contracts.Errors;

/// <summary>Builds statuses that tell a program, not only a person, what is wrong.</summary>
/// <example><c>throw RichStatus.Of(StatusCode.InvalidArgument, "sample_rate 4000 is not in 8000..48000.",
/// RichStatus.BadField("config.audio.sample_rate", "4000 is not in 8000..48000.")).ToRpcException();</c></example>
public static class RichStatus
{
    /// <summary>A status with details.</summary>
    /// <param name="code">The code.</param>
    /// <param name="message">A sentence for developers: the value found, the limit and the setting.</param>
    /// <param name="details">What the methods beside this one make.</param>
    public static Google.Rpc.Status Of(StatusCode code, string message, params IEnumerable<IMessage> details) => new()
    {
        Code = (int)code,
        Message = message,
        Details = { details.Select(detail => Any.Pack(detail)) },
    };

    /// <summary>A value that the caller must change.</summary>
    /// <param name="field">Path of the field, as <c>config.audio.sample_rate</c>.</param>
    /// <param name="description">Its value and what it may be.</param>
    /// <param name="reason">For programs, in UPPER_SNAKE_CASE; empty where the field says it all.</param>
    public static BadRequest BadField(string field, string description, string reason = "") => new()
    {
        FieldViolations =
        {
            new BadRequest.Types.FieldViolation { Field = field, Description = description, Reason = reason },
        },
    };

    /// <summary>When a retry may succeed.</summary>
    public static RetryInfo RetryAfter(TimeSpan delay) => new() { RetryDelay = Duration.FromTimeSpan(delay) };

    /// <summary>The cause, for programs.</summary>
    /// <param name="reason">In UPPER_SNAKE_CASE, unique in its domain.</param>
    /// <param name="domain">Who defines the reasons.</param>
    /// <param name="metadata">What belongs to it, as a resume token.</param>
    public static ErrorInfo Cause(string reason, string domain, params IEnumerable<(string Key, string Value)> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var info = new ErrorInfo { Reason = reason, Domain = domain };
        foreach (var (key, value) in metadata)
        {
            info.Metadata[key] = value;
        }

        return info;
    }

    /// <summary>A state that must change before the call can succeed.</summary>
    /// <param name="type">Kind of the precondition, in UPPER_SNAKE_CASE.</param>
    /// <param name="subject">What is in the wrong state.</param>
    /// <param name="description">How to put it right.</param>
    public static PreconditionFailure Unmet(string type, string subject, string description) => new()
    {
        Violations =
        {
            new PreconditionFailure.Types.Violation { Type = type, Subject = subject, Description = description },
        },
    };

    /// <summary>A quota that is used up.</summary>
    /// <param name="subject">Whose: <c>server</c> or the tenant.</param>
    /// <param name="description">The limit.</param>
    public static QuotaFailure Exceeded(string subject, string description) => new()
    {
        Violations = { new QuotaFailure.Types.Violation { Subject = subject, Description = description } },
    };
}
