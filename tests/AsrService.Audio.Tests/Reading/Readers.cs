namespace AsrService.Audio.Tests;

internal static class Readers
{
    public static WavReader Wav(byte[] bytes) => new(new MemoryStream(bytes), "test.wav");

    public static float[] ReadAll(this AudioReader reader, int room = 1000)
    {
        var all = new List<float>();
        var some = new float[room];
        for (int frames; (frames = reader.Read(some)) > 0;) all.AddRange(some.AsSpan(0, frames * reader.Channels));
        Assert.Equal(0, reader.Read(some));
        return [.. all];
    }

    /// <summary>The one-line message of the refusal.</summary>
    public static string Refusal(Action act)
    {
        string message = Assert.Throws<AudioFormatException>(act).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
