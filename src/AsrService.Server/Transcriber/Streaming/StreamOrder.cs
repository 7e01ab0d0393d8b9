using AsrService.Hosting;
using Kind = AsrService.Contracts.V1.StreamingTranscribeRequest.RequestOneofCase;

namespace AsrService.Server.Transcriber;

/// <summary>How far the messages of a live call have come.</summary>
internal enum StreamPhase
{
    /// <summary>Neither config nor resume has come.</summary>
    Opening,

    /// <summary>Audio, silence and control come.</summary>
    Running,

    /// <summary>The caller has half-closed.</summary>
    Completed,
}

/// <summary>Which message may follow which.</summary>
/// <remarks>Opening ──config, resume──▶ Running ──half-close──▶ Completed; audio, silence and control stay in Running.</remarks>
internal static class StreamOrder
{
    /// <summary>The phase after a message.</summary>
    /// <exception cref="Grpc.Core.RpcException">It must not come now.</exception>
    public static StreamPhase Next(StreamPhase phase, Kind message) => (phase, message) switch
    {
        (_, Kind.None) => throw Refusals.BadValue("request", "is not set, or not of a kind that is known here."),
        (StreamPhase.Opening, Kind.Config or Kind.Resume) => StreamPhase.Running,
        (StreamPhase.Opening, _) => throw Refusals.MessageOrder($"The first is {message}; expected config or resume."),
        (StreamPhase.Running, Kind.Config or Kind.Resume) => throw Refusals.MessageOrder($"{message} comes once, and first."),
        (StreamPhase.Running, _) => StreamPhase.Running,
        _ => throw new InvalidOperationException($"{message} cannot come while {phase}."),
    };

    /// <summary>The phase after half-close.</summary>
    /// <exception cref="Grpc.Core.RpcException">Neither config nor resume has come.</exception>
    public static StreamPhase HalfClosed(StreamPhase phase) => phase == StreamPhase.Running
        ? StreamPhase.Completed
        : throw Refusals.MessageOrder("The stream ended without a message; expected config or resume.");
}
