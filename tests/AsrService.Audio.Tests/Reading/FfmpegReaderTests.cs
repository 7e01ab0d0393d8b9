using System.Diagnostics;
using AsrService.TestKit;

namespace AsrService.Audio.Tests;

/// <summary>Alone in its collection, because one test empties PATH for the whole process.</summary>
[CollectionDefinition(nameof(FfmpegReaderTests), DisableParallelization = true)]
[Collection(nameof(FfmpegReaderTests))]
public sealed class FfmpegReaderTests : IDisposable
{
    private const int Rate = 44100;

    private static readonly byte[] Mp3Start = [0xFF, 0xFB, 0x90, 0x64];

    private readonly TemporaryFolder _folder = new();

    [Theory, Trait("Category", "Conformance")]
    [InlineData("a.mp3", "libmp3lame", Rate), InlineData("a.m4a", "aac", Rate), InlineData("a.ogg", "libvorbis", Rate)]
    [InlineData("a.opus", "libopus", 48000), InlineData("a.webm", "libopus", 48000), InlineData("a.flac", "flac", Rate)]
    [InlineData("a.aac", "aac", Rate), InlineData("a.aiff", "pcm_s16be", Rate), InlineData("a.mka", "flac", Rate)]
    public void Read_CommonFormat_GivesTheToneAtItsOwnRate(string name, string codec, int rate)
    {
        using var reader = AudioFile.Open(Encode(name, codec));

        var samples = reader.ReadAll();

        Assert.Equal((rate, 2), (reader.SampleRate, reader.Channels));
        Assert.InRange(samples.Length / 2, rate * 95 / 100, rate * 12 / 10);
        Assert.InRange(ToneOf(samples, 2, rate), 0.45, 0.55);
        Assert.Null(reader.FrameCount);
    }

    [Fact, Trait("Category", "Conformance")]
    public void Read_Lossless_GivesTheSamplesTwice()
    {
        string path = Encode("a.flac", "flac");
        using var reader = AudioFile.Open(path);
        using var wave = WavReader.Open(_folder.At("tone.wav"));
        var expected = wave.ReadAll();

        reader.Read(new float[200]);
        reader.Rewind();

        Assert.Equal(expected, reader.ReadAll());
    }

    [Theory, Trait("Category", "Conformance")]
    [InlineData("-i.mp3"), InlineData("http:x.mp3"), InlineData("a b'%d\".mp3"), InlineData("not-what-it-says.wav")]
    public void Read_AwkwardName_IsAFileName(string name)
    {
        File.Move(Encode("a.mp3", "libmp3lame"), _folder.At(name));

        using var reader = AudioFile.Open(_folder.At(name));

        Assert.NotEmpty(reader.ReadAll());
    }

    [Fact, Trait("Category", "Conformance")]
    public void Read_TagsBeforeTheAudio_AreSeenThrough()
    {
        string path = Encode("a.aac", "aac");
        _folder.Write("tagged.aac", [.. "ID3"u8, 4, 0, 0, 0, 0, 0, 20, .. new byte[20], .. File.ReadAllBytes(path)]);

        using var reader = AudioFile.Open(_folder.At("tagged.aac"));

        Assert.NotEmpty(reader.ReadAll());
    }

    [Fact, Trait("Category", "Conformance")]
    public void Open_TornFile_QuotesFfmpeg()
    {
        string path = Encode("a.m4a", "aac");
        _folder.Write("torn.m4a", File.ReadAllBytes(path).AsSpan(0, 3000));

        string message = Readers.Refusal(() => AudioFile.Open(_folder.At("torn.m4a")));

        Assert.EndsWith("torn.m4a: ffmpeg cannot decode it: moov atom not found", message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Conformance")]
    public void Open_NoAudioInside_SaysSo()
    {
        SkipWithoutFfmpeg();
        Ffmpeg("-f", "lavfi", "-i", "testsrc=duration=0.2:size=32x32", _folder.At("film.mkv"));

        string message = Readers.Refusal(() => AudioFile.Open(_folder.At("film.mkv")));

        Assert.Contains("cannot decode it: Stream map '0:a:0' matches no streams.", message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Conformance")]
    public void Read_MoreThanAllowed_Stops()
    {
        var options = new FfmpegOptions { MaxOutputBytes = 100_000 };
        using var reader = AudioFile.Open(Encode("a.mp3", "libmp3lame"), options);

        string message = Readers.Refusal(() => reader.ReadAll());

        Assert.Contains("more than 100000 bytes", message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Unit")]
    public void Open_ProgramThatHangs_IsStoppedInTime()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        string program = Script("sleep 60"); // a child of the shell, which holds the pipes too
        string path = _folder.Write("a.mp3", Mp3Start);

        var clock = Stopwatch.StartNew();
        var options = new FfmpegOptions { Program = program, TimeLimit = TimeSpan.FromMilliseconds(200) };
        string message = Readers.Refusal(() => AudioFile.Open(path, options));

        Assert.Contains("ffmpeg took longer than 0.2 s", message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact, Trait("Category", "Unit")]
    public void Open_ProgramThatFloodsItsErrors_ShowsTheFirstLine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        string program = Script("echo '[mp3 @ 0x5581] Header missing' >&2; yes error | head -c 1000000 >&2; exit 1");
        string path = _folder.Write("a.mp3", Mp3Start);

        string message = Readers.Refusal(() => AudioFile.Open(path, new FfmpegOptions { Program = program }));

        Assert.Equal($"{path}: ffmpeg cannot decode it: Header missing", message);
    }

    [Fact, Trait("Category", "Unit")]
    public void Dispose_InTheMiddle_EndsTheProcess()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        var endless = new WavShape { DataLength = uint.MaxValue };
        string header = _folder.Write("header.wav", WavWriter.Write(new float[4], 16000, shape: endless));
        string pid = _folder.At("pid");
        string program = Script($"echo $$ > '{pid}'; cat '{header}'; exec sleep 60");
        string path = _folder.Write("a.mp3", Mp3Start);
        var reader = AudioFile.Open(path, new FfmpegOptions { Program = program });

        reader.Dispose();

        int id = int.Parse(File.ReadAllText(pid), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact, Trait("Category", "Unit")]
    public void Open_NoFfmpegOnPath_SaysWhatToInstall()
    {
        string path = _folder.Write("a.mp3", Mp3Start);
        string? searched = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", "");
        try
        {
            string message = Readers.Refusal(() => AudioFile.Open(path));

            Assert.Equal($"{path}: reading this format needs the ffmpeg program, and 'ffmpeg' cannot be started "
                + "(not found on PATH); install ffmpeg, or convert the file to WAV.", message);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", searched);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>One second of a 440 Hz stereo tone of amplitude 0.5, through an encoder.</summary>
    private string Encode(string name, string codec)
    {
        SkipWithoutFfmpeg();
        var tone = Signals.Sine(440, Rate, Rate).SelectMany(sample => new[] { sample, sample }).ToArray();
        WavWriter.WriteFile(_folder.At("tone.wav"), tone, Rate, channels: 2);
        Ffmpeg("-i", _folder.At("tone.wav"), "-c:a", codec, _folder.At(name));
        return _folder.At(name);
    }

    private string Script(string commands)
    {
        string path = _folder.Write("stand-in", System.Text.Encoding.UTF8.GetBytes("#!/bin/sh\n" + commands + "\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private static void SkipWithoutFfmpeg()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        bool isThere = folders.Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")));
        Assert.SkipUnless(isThere, "ffmpeg is not installed.");
    }

    private static void Ffmpeg(params string[] arguments)
    {
        using var process = Process.Start("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Amplitude of the 440 Hz tone in the middle of the first channel.</summary>
    private static double ToneOf(float[] samples, int channels, int rate)
    {
        double re = 0, im = 0;
        int count = rate / 440 * 100;
        for (int i = 0; i < count; i++)
        {
            float sample = samples[(i + (rate / 4)) * channels];
            re += sample * Math.Cos(2 * Math.PI * 440 * i / rate);
            im += sample * Math.Sin(2 * Math.PI * 440 * i / rate);
        }

        return 2 * Math.Sqrt((re * re) + (im * im)) / count;
    }
}
