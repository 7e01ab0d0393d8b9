using AsrService.TestKit;

namespace AsrService.Audio.Tests;

public sealed class AudioFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact, Trait("Category", "Unit")]
    public void Open_WaveFileNamedOtherwise_IsReadAsWhatItIs()
    {
        string path = _folder.Write("speech.mp3", WavWriter.Write(new float[50], 8000));

        using var reader = AudioFile.Open(path);

        Assert.IsType<WavReader>(reader);
        Assert.Equal(50, reader.FrameCount);
    }

    [Fact, Trait("Category", "Unit")]
    public void Open_NoSuchFile_SaysSo() => AssertRefused(_folder.At("absent.wav"), "there is no such file");

    [Fact, Trait("Category", "Unit")]
    public void Open_FolderMissing_SaysSo() =>
        AssertRefused(_folder.At("absent/speech.wav"), "there is no such file");

    [Fact, Trait("Category", "Unit")]
    public void Open_Directory_SaysSo() => AssertRefused(_folder.Path, "is a directory");

    [Fact, Trait("Category", "Unit")]
    public void Open_NoPermission_SaysSo()
    {
        string path = _folder.Write("secret.wav", [1]);
        bool isFree = OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess;
        Assert.SkipWhen(isFree, "Permissions do not bind here.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.None);

        AssertRefused(path, "no permission to read it");
    }

    [Fact, Trait("Category", "Unit")]
    public void Open_EmptyFile_SaysSo() => AssertRefused(_folder.Write("empty.wav", []), "it is empty");

    [Fact, Trait("Category", "Unit")]
    public void Open_TextNamedWav_SaysWhatItStartsWith() =>
        AssertRefused(_folder.Write("notes.wav", "Dear all, this is not audio."u8), "it starts with \"Dear all, th\"");

    [Fact, Trait("Category", "Unit")]
    public void Open_UnknownFormat_NamesTheAcceptedOnes() =>
        AssertRefused(_folder.Write("archive.m4a", [0x50, 0x4B, 3, 4, 0, 0]), "WAV, MP3, MP4/M4A, Ogg, WebM");

    [Theory, Trait("Category", "Unit")]
    [InlineData("49443304000000000000", null), InlineData("FFFB9064", "mp3"), InlineData("FFF34464", "mp3")]
    [InlineData("FFFF9064", "mp3"), InlineData("FFFBF064", null), InlineData("FFEB9064", null)]
    [InlineData("FFFB9C64", null), InlineData("FFF15080", "aac"), InlineData("664C6143", "flac")]
    [InlineData("4F676753", "ogg"), InlineData("1A45DFA3", "matroska"), InlineData("0000002066747970", "mov")]
    [InlineData("464F524D0000000041494646", "aiff"), InlineData("23", null), InlineData("", null)]
    public void Demuxer_FirstBytes_TellTheFormat(string hex, string? expected) =>
        Assert.Equal(expected, FileSignature.Demuxer(Convert.FromHexString(hex)));

    [Fact, Trait("Category", "Unit")]
    public void AfterTag_Id3_GivesItsEnd() =>
        Assert.Equal(10 + 128 + 5, FileSignature.AfterTag([.. "ID3"u8, 4, 0, 0, 0, 0, 1, 5]));

    [Fact, Trait("Category", "Unit")]
    public void OpenRaw_WholeFrames_ReadsThem()
    {
        string path = _folder.Write("speech.raw", [0, 0x40, 0, 0xC0, 0, 0x20, 0, 0xE0]);

        using var reader = AudioFile.OpenRaw(path, 8000, 2);

        Assert.Equal(2, reader.FrameCount);
        Assert.Equal([0.5f, -0.5f, 0.25f, -0.25f], reader.ReadAll());
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData(16000, 1, "1 bytes are left"), InlineData(16000, 2, "3 bytes are left")]
    [InlineData(10, 1, "sample rate is 10 Hz"), InlineData(16000, 0, "channels is 0")]
    public void OpenRaw_WrongFileOrValue_SaysSo(int rate, int channels, string expected)
    {
        string path = _folder.Write("odd.raw", new byte[7]);

        string message = Readers.Refusal(() => AudioFile.OpenRaw(path, rate, channels));

        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_RawPipeWithAStrayByte_SaysSoAtItsEnd()
    {
        using var reader = new RawPcmReader(new PipeLikeStream(new byte[5]), "stdin", 16000, 1);

        Assert.Contains("1 bytes are left", Readers.Refusal(() => reader.ReadAll()), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(string path, string expected)
    {
        string message = Readers.Refusal(() => AudioFile.Open(path));
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
