using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;

namespace AsrService.Engine.Batching;

/// <summary>A run on noise before the first caller: code is compiled, memory touched, and a broken model found.</summary>
internal static class WarmUp
{
    private const int SamplesPerSecond = 16_000;
    private const int Tokens = 4;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(9); // more than one encoder window

    /// <summary>One decoding.</summary>
    /// <exception cref="ModelFaultException">The model cannot run.</exception>
    public static void Run(Recognizer recognizer) =>
        recognizer.DecodeSegment(Noise(Length), new DecodingConfig { ForcedTokens = Tokens });

    /// <summary>One alignment.</summary>
    /// <exception cref="ModelFaultException">The model cannot run.</exception>
    public static void Run(ForcedAligner aligner)
    {
        var length = aligner.MaxClip < Length ? aligner.MaxClip : Length;
        aligner.Align(new AlignmentRequest(Noise(length), "one two three", Language: null));
    }

    private static float[] Noise(TimeSpan length)
    {
        var noise = new float[(int)(length.TotalSeconds * SamplesPerSecond)];
        uint state = 1;
        for (int i = 0; i < noise.Length; i++)
        {
            state = state * 1664525 + 1013904223; // Numerical Recipes' generator
            noise[i] = ((int)(state >> 8) - (1 << 23)) / (float)(1 << 26);
        }
        return noise;
    }
}
