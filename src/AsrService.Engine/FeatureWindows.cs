using AsrService.Models.Configuration;
using AsrService.Models.Encoder;

namespace AsrService.Engine;

/// <summary>Cuts the features of a clip into the encoder's windows.</summary>
internal static class FeatureWindows
{
    /// <param name="logMel">[frames, mel bins], which the windows share.</param>
    /// <param name="config">Sizes of the encoder.</param>
    public static IEnumerable<EncoderWindow> Cut(float[] logMel, AudioConfig config)
    {
        int size = config.WindowFrames * config.MelBins;
        for (int start = 0; start < logMel.Length; start += size)
            yield return new EncoderWindow(logMel.AsMemory(start, Math.Min(size, logMel.Length - start)));
    }
}
