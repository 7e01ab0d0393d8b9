using AsrService.Contracts.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>How a foreign client says that a call ended.</summary>
internal sealed class CallOutcome(StatusCode code, string message, byte[]? details, IReadOnlyList<byte[]> responses)
{
    public StatusCode Code => code;

    public string Message => message;

    /// <summary>Of grpc-status-details-bin; null where there was none.</summary>
    public Google.Rpc.Status? Details { get; } = details is null ? null : Google.Rpc.Status.Parser.ParseFrom(details);

    public string? Reason => Detail<ErrorInfo>()?.Reason;

    /// <summary>The responses of a live session.</summary>
    public IReadOnlyList<StreamingTranscribeResponse> Live { get => field ??= Parse(StreamingTranscribeResponse.Parser); }

    public IReadOnlyList<Result> Finals => [.. Live.Where(one => one.Result is { IsFinal: true }).Select(one => one.Result)];

    public Ended? Ended => Live.Count > 0 ? Live[^1].Ended : null;

    public T? Detail<T>()
        where T : class, IMessage<T>, new() => Details?.GetDetail<T>();

    public IReadOnlyList<T> Parse<T>(MessageParser<T> parser)
        where T : IMessage<T> => [.. responses.Select(parser.ParseFrom)];

    public override string ToString() => $"{code} ({message}) {Details}";
}
