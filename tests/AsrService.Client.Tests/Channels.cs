namespace AsrService.Client.Tests;

/// <summary>Sound of several channels.</summary>
internal static class Channels
{
    private const int SampleBytes = 2, Rate = 16_000;

    /// <summary>Each channel has the same, a bit later than the one before.</summary>
    public static byte[] Of(byte[] mono, int channels, TimeSpan apart)
    {
        int later = (int)(apart.TotalSeconds * Rate);
        int samples = (mono.Length / SampleBytes) + (later * channels);
        byte[] all = new byte[samples * channels * SampleBytes];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int i = 0; i < mono.Length / SampleBytes; i++)
                mono.AsSpan(i * SampleBytes, SampleBytes).CopyTo(all.AsSpan(((i + (later * channel)) * channels + channel) * SampleBytes));
        }

        return all;
    }
}
