using AsrService.Audio;
using AsrService.Hosting;
using AsrService.Server.Refinement;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What this server can do.</summary>
internal static class Capabilities
{
    private static readonly string[] ByFfmpeg = ["mp3", "m4a", "mp4", "ogg", "webm", "mkv", "flac", "aac", "aiff", "caf", "amr"];

    public static V1.GetCapabilitiesResponse Of(ServedModel model, WordAligner aligner, LimitOptions limits) => new()
    {
        Models = { LimitsMapping.ToMessage(model, aligner) },
        StreamingEncodings =
        {
            V1.AudioEncoding.PcmS16Le, V1.AudioEncoding.PcmF32Le, V1.AudioEncoding.Mulaw, V1.AudioEncoding.Alaw,
        },
        Containers = { Containers() },
        MinSampleRateHertz = RawFormat.MinRate,
        MaxSampleRateHertz = RawFormat.MaxRate,
        MaxChannels = AudioReader.MaxChannels,
        Limits = LimitsMapping.ToMessage(limits),
        Features = { aligner.Languages.Count > 0 ? [V1.Feature.Resume, V1.Feature.WordAlignment] : [V1.Feature.Resume] },
        ServerVersion = typeof(Capabilities).Assembly.GetName().Version!.ToString(3),
    };

    /// <summary>WAV is read by ourselves; the rest needs the ffmpeg program, which may be installed at any time.</summary>
    private static string[] Containers() => IsOnPath(FfmpegOptions.Default.Program) ? ["wav", .. ByFfmpeg] : ["wav"];

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));
}
