using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Aligner;

/// <summary>What Align and the config of a stream have in common.</summary>
internal static class AlignmentHeader
{
    /// <summary>What the log calls a call: 128 random bits.</summary>
    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>Checks the values.</summary>
    /// <returns>The format of raw samples; null for containers, or with a violation.</returns>
    public static RawFormat? Check(string model, V1.AudioFormat? format, string requestId, Violations.Field field)
    {
        NameFields.CheckModel(model, field["model"]);
        NameFields.CheckRequestId(requestId, field["client_request_id"]);
        return RawFormat.ReadRecording(format, field["audio_format"]);
    }

    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: no such model.</exception>
    public static void CheckModel(string model, AlignerContext context)
    {
        if (model.Length > 0 && model != context.Model.Name) throw Refusals.ModelUnknown([context.Model.Name]);
    }
}
