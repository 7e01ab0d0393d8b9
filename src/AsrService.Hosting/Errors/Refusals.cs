using AsrService.Contracts.Errors;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>The answers to calls that cannot be served: status, reason and details as docs/api.md lists them.</summary>
public static class Refusals
{
    private const int MostViolationBytes = 800;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>Values that the caller must change.</summary>
    /// <param name="violations">At least one.</param>
    public static RpcException BadValue(BadRequest violations)
    {
        ArgumentNullException.ThrowIfNull(violations);
        var told = FirstOf(violations, out int untold);
        string message = string.Join(" ", told.FieldViolations.Select(one => $"{one.Field}: {one.Description}"));
        if (untold > 0) message += FormattableString.Invariant($" And {untold} more.");
        return Of(StatusCode.InvalidArgument, message, ErrorReasons.BadValue, [], told);
    }

    /// <summary>
    /// As many violations as a status may carry: it travels in trailers, twice, and clients take 8 KiB of them.
    /// </summary>
    private static BadRequest FirstOf(BadRequest violations, out int untold)
    {
        var told = new BadRequest();
        int left = MostViolationBytes;
        foreach (var one in violations.FieldViolations)
        {
            left -= one.CalculateSize();
            if (left < 0 && told.FieldViolations.Count > 0) break;
            told.FieldViolations.Add(one);
        }
        untold = violations.FieldViolations.Count - told.FieldViolations.Count;
        return told;
    }

    /// <summary>One value that the caller must change.</summary>
    /// <param name="field">Its path, as <c>audio.data</c>.</param>
    /// <param name="description">The value and what it may be.</param>
    public static RpcException BadValue(string field, string description) =>
        BadValue(RichStatus.BadField(field, description));

    /// <summary>A recording that cannot be decoded.</summary>
    /// <param name="field">What holds it.</param>
    /// <param name="description">What is wrong with it.</param>
    public static RpcException AudioDecode(string field, string description) => Of(
        StatusCode.InvalidArgument, $"{field}: {description}", ErrorReasons.AudioDecode, [],
        RichStatus.BadField(field, description, ErrorReasons.AudioDecode));

    /// <summary>No such model.</summary>
    /// <param name="models">Those that there are.</param>
    public static RpcException ModelUnknown(IEnumerable<string> models)
    {
        string known = string.Join(", ", models);
        return Of(
            StatusCode.NotFound, $"There is no model of that name; there are: {known}.", ErrorReasons.ModelUnknown,
            [("models", known)]);
    }

    /// <summary>A resume with a token that is expired, forged or somebody else's: alike, so that nobody learns which.</summary>
    public static RpcException TokenInvalid() => Of(
        StatusCode.NotFound, "The session cannot be resumed; start a new one.", ErrorReasons.TokenInvalid, []);

    /// <summary>A resume with audio that begins behind what is needed.</summary>
    /// <param name="needed">The first sequence needed.</param>
    /// <param name="found">The first sequence at hand.</param>
    public static RpcException ResumeGap(long needed, ulong found) => Of(
        StatusCode.OutOfRange, $"first_sequence is {found}; needed from {needed} on.", ErrorReasons.ResumeGap,
        [("needed_sequence", FormattableString.Invariant($"{needed}"))]);

    /// <summary>A newer call resumed the session.</summary>
    public static RpcException Superseded() => Of(
        StatusCode.Aborted, "A newer call has resumed this session.", ErrorReasons.Superseded, []);

    /// <summary>A message in a wrong place.</summary>
    /// <param name="description">What was expected.</param>
    public static RpcException MessageOrder(string description) => Unmet(ErrorReasons.MessageOrder, "request", description);

    /// <summary>A precondition that does not hold.</summary>
    /// <param name="reason">Reason, and type of the precondition.</param>
    /// <param name="subject">What is in the wrong state.</param>
    /// <param name="description">How to put it right.</param>
    public static RpcException Unmet(string reason, string subject, string description) => Of(
        StatusCode.FailedPrecondition, description, reason, [], RichStatus.Unmet(reason, subject, description));

    /// <summary>Audio that begins behind what is expected next.</summary>
    /// <param name="expected">The sequence expected.</param>
    /// <param name="found">The sequence found.</param>
    public static RpcException SequenceGap(long expected, ulong found) => Of(
        StatusCode.OutOfRange, $"sequence is {found}; expected at most {expected}.", ErrorReasons.SequenceGap,
        [("expected_sequence", FormattableString.Invariant($"{expected}"))]);

    /// <summary>More than the server takes, which is not a wrong value.</summary>
    /// <param name="reason">SESSION_LIMIT or FILE_LIMIT.</param>
    /// <param name="message">The limit.</param>
    public static RpcException OverLimit(string reason, string message) => Of(StatusCode.OutOfRange, message, reason, []);

    /// <summary>No message for the idle limit.</summary>
    public static RpcException Idle(TimeSpan limit) => Of(
        StatusCode.Aborted, $"No message for {limit.TotalSeconds} s.", ErrorReasons.Idle, []);

    /// <summary>The caller does not read his results.</summary>
    public static RpcException SlowReader(string message) => Of(StatusCode.Aborted, message, ErrorReasons.SlowReader, []);

    /// <summary>No free place.</summary>
    public static RpcException ServerFull(string message) => Of(
        StatusCode.ResourceExhausted, message, ErrorReasons.ServerFull, [],
        RichStatus.Exceeded("server", message), RichStatus.RetryAfter(Soon));

    /// <summary>What the caller's tenant may use is used up.</summary>
    /// <param name="tenant">The tenant; empty where callers are not asked who they are.</param>
    /// <param name="message">The limit.</param>
    /// <param name="retry">When there may be room again.</param>
    public static RpcException TenantQuota(string tenant, string message, TimeSpan retry) => Of(
        StatusCode.ResourceExhausted, message, ErrorReasons.TenantQuota, [],
        RichStatus.Exceeded($"tenant:{tenant}", message), RichStatus.RetryAfter(retry));

    /// <summary>No credentials, or none that work; why not is told only as far as it helps an honest caller.</summary>
    /// <param name="cause"><c>missing</c>, <c>malformed</c>, <c>expired</c> or <c>invalid</c>.</param>
    public static RpcException Credentials(string cause) => Of(
        StatusCode.Unauthenticated, $"Credentials are needed here, and those of this call are {cause}.", ErrorReasons.Credentials,
        [("cause", cause)]);

    /// <summary>Credentials that cannot be checked now.</summary>
    public static RpcException CredentialsUnchecked() => Of(
        StatusCode.Unavailable, "The identity provider does not answer, so the token cannot be checked.", ErrorReasons.Credentials,
        [("cause", "unchecked")], RichStatus.RetryAfter(Soon));

    /// <summary>Credentials that give no right to this.</summary>
    public static RpcException Forbidden() => Of(
        StatusCode.PermissionDenied, "These credentials, or their absence, give no right to this.", ErrorReasons.Forbidden, []);

    /// <summary>The server shuts down.</summary>
    public static RpcException Draining() => Of(
        StatusCode.Unavailable, "The server is shutting down; connect to another one.", ErrorReasons.Draining, [],
        RichStatus.RetryAfter(Soon));

    /// <summary>The model is not ready.</summary>
    public static RpcException Loading() => Of(
        StatusCode.Unavailable, "The model is not ready yet.", ErrorReasons.Loading, [], RichStatus.RetryAfter(Soon));

    /// <summary>A fault of ours, of which the caller learns only how to name it.</summary>
    /// <param name="errorId">As in the log.</param>
    public static RpcException EngineFault(string errorId) => Of(
        StatusCode.Internal, $"Internal error {errorId}; the server's log says more.", ErrorReasons.EngineFault,
        [("error_id", errorId)]);

    private static RpcException Of(
        StatusCode code, string message, string reason, (string Key, string Value)[] metadata, params IMessage[] details) =>
        RichStatus.Of(code, message, [RichStatus.Cause(reason, ErrorReasons.Domain, metadata), .. details]).ToRpcException();
}
