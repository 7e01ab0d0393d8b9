using AsrService.Engine;
using AsrService.Engine.Alignment;
using Google.Protobuf.Collections;
using Google.Rpc;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Refinement;

/// <summary>What an aligner service says, in the engine's terms.</summary>
internal static class AlignmentMessages
{
    /// <summary>Samples as the engine has them.</summary>
    public static V1.AudioFormat Format => new() { Encoding = V1.AudioEncoding.PcmF32Le, SampleRateHertz = 16_000, Channels = 1 };

    /// <summary>The times of a text; whether they are about it, whoever uses them finds out.</summary>
    public static AlignedText Read(V1.AlignResponse response) => new()
    {
        Units = [.. response.Units.Select(unit => new AlignedUnit(
            unit.Text, unit.Start?.ToTimeSpan() ?? default, unit.End?.ToTimeSpan() ?? default, unit.Probability, unit.IsRepaired))],
        Duration = response.AudioDuration?.ToTimeSpan() ?? default,
        Probability = MeanOf(response.Units),
        Remarks = response.Flags.Aggregate(AlignmentRemarks.None, (remarks, flag) => remarks | RemarkOf(flag)),
    };

    /// <summary>A status as a failure.</summary>
    public static AsrException ToFailure(RpcException failure)
    {
        if (failure.GetRpcStatus() is { } told) return ToFailure(told, failure);
        // The service tells its own faults with details; without any it is the connection that broke.
        var code = failure.StatusCode is StatusCode.Internal or StatusCode.Unknown ? StatusCode.Unavailable : failure.StatusCode;
        return ToFailure(new Google.Rpc.Status { Code = (int)code, Message = failure.Status.Detail }, failure);
    }

    /// <inheritdoc cref="ToFailure(RpcException)"/>
    public static AsrException ToFailure(Google.Rpc.Status status, Exception? cause = null)
    {
        string? field = status.GetDetail<BadRequest>()?.FieldViolations.FirstOrDefault()?.Field.Split('.')[^1];
        var failure = (StatusCode)status.Code switch
        {
            StatusCode.InvalidArgument when field == "audio" => AsrFailure.InvalidAudio,
            StatusCode.InvalidArgument => AsrFailure.InvalidOptions,
            StatusCode.ResourceExhausted => AsrFailure.StreamLimitReached,
            StatusCode.Unavailable or StatusCode.Aborted or StatusCode.Cancelled or StatusCode.DeadlineExceeded => AsrFailure.Unavailable,
            _ => AsrFailure.ModelFault,
        };
        return new AsrException(failure, $"The aligner answered {(StatusCode)status.Code}: {status.Message}", cause) { Field = field };
    }

    /// <summary>Geometric, of the units' probabilities: the service does not send that of all times.</summary>
    private static float MeanOf(RepeatedField<V1.AlignedUnit> units) =>
        units.Count == 0 ? 1 : (float)Math.Exp(units.Average(unit => Math.Log(unit.Probability)));

    private static AlignmentRemarks RemarkOf(V1.AlignmentFlag flag) => flag switch
    {
        V1.AlignmentFlag.TextMismatch => AlignmentRemarks.TextMismatch,
        V1.AlignmentFlag.TextTooLong => AlignmentRemarks.TextTooLong,
        _ => AlignmentRemarks.None, // newer than we are
    };
}
