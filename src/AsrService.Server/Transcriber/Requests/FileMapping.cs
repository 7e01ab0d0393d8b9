using AsrService.Engine.Sessions;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>A recording's recognition as its caller asks for it.</summary>
/// <param name="Options">For the engine.</param>
/// <param name="Format">Of its bytes; null for a container.</param>
/// <param name="ClientRequestId">The caller's id.</param>
/// <param name="Warnings">What the caller should know before the first segment.</param>
internal sealed record FilePlan(
    FileTranscriptionOptions Options, RawFormat? Format, string ClientRequestId, IReadOnlyList<V1.Warning> Warnings);

/// <summary>Reads the messages that say how a recording is to be recognized.</summary>
internal static class FileMapping
{
    private static readonly FileTranscriptionOptions Default = new();

    /// <param name="recognition">Model, languages, biasing, words.</param>
    /// <param name="format">Of the bytes.</param>
    /// <param name="file">How it is cut.</param>
    /// <param name="model">The model.</param>
    /// <param name="path">Of the message that holds them; empty for the request itself.</param>
    /// <param name="check">Checks of its other fields.</param>
    /// <exception cref="Grpc.Core.RpcException">What is wrong with it.</exception>
    public static FilePlan Read(
        V1.RecognitionOptions? recognition, V1.AudioFormat? format, V1.FileOptions? file, ModelFacts model, string path,
        Action<Violations.Field, RawFormat?>? check = null)
    {
        var violations = new Violations();
        var field = violations.At(path);
        var language = RecognitionMapping.Check(recognition, model, field["recognition"]);
        var raw = RawFormat.ReadRecording(format, field["audio_format"]);
        var options = ReadCutting(file, field["file"]);
        check?.Invoke(field, raw);
        violations.ThrowIfAny();

        var plan = RecognitionMapping.Plan(recognition, language, model, path.Length == 0 ? "recognition" : $"{path}.recognition");
        options = options with { Language = plan.Language, Context = plan.Context, Words = plan.Words, Samples = plan.Aligns };
        return new FilePlan(options, raw, plan.Effective.ClientRequestId, plan.Warnings);
    }

    private static FileTranscriptionOptions ReadCutting(V1.FileOptions? file, Violations.Field field)
    {
        if (file is null) return Default;
        if (!Enum.IsDefined(file.Segmentation)) field["segmentation"].Refuse($"{file.Segmentation} is neither OFFLINE nor LIVE.");
        if (file.Segmentation == V1.Segmentation.Live)
        {
            if (file.MaxSegment is not null) field["max_segment"].Refuse($"must be absent with LIVE; set endpointing.max_segment.");
            return Default with { IsLive = true, Endpointing = EndpointingMapping.Read(file.Endpointing, field["endpointing"]) };
        }

        if (file.Endpointing is not null) field["endpointing"].Refuse($"must be absent with OFFLINE; set max_segment.");
        var maxSegment = ExactDuration.Read(
            file.MaxSegment, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1200), Default.MaxSegment, field["max_segment"]);
        return Default with { MaxSegment = maxSegment };
    }
}
