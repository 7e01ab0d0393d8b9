using AsrService.Engine.Decoding;

namespace AsrService.Engine.Batching;

/// <summary>One decoding of noise before the first caller: code is compiled, memory touched, and a broken model found.</summary>
internal static class WarmUp
{
    private const int Samples = 9 * 16_000; // more than one encoder window
    private const int Tokens = 4;

    /// <exception cref="ModelFaultException">The model cannot run.</exception>
    public static void Run(Recognizer recognizer)
    {
        var noise = new float[Samples];
        uint state = 1;
        for (int i = 0; i < noise.Length; i++)
        {
            state = state * 1664525 + 1013904223; // Numerical Recipes' generator
            noise[i] = ((int)(state >> 8) - (1 << 23)) / (float)(1 << 26);
        }
        recognizer.DecodeSegment(noise, new DecodingConfig { ForcedTokens = Tokens });
    }
}
