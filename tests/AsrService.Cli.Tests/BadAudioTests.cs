using AsrService.Audio;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class BadAudioTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(0), InlineData(1), InlineData(200), InlineData(32_000)]
    public async Task Zeros_AnyCount_HaveNoWords(int count)
    {
        string file = Wave("zeros.wav", new float[count]);

        var transcript = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("transcribe", "--format", "json", file)));

        Assert.Equal("", transcript.GetProperty("text").GetString());
        Assert.Equal("", transcript.GetProperty("language").GetString());
        Assert.Equal(count / 16_000.0, transcript.GetProperty("duration_s").GetDouble(), 3);
        Assert.Empty(AsrAssert.Tokens(transcript));
    }

    [Theory, InlineData(1), InlineData(200)]
    public async Task Samples_AFewLoudOnes_DoNoHarm(int count) =>
        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("transcribe", Wave("loud.wav", [.. Enumerable.Repeat(0.5f, count)])));

    [Theory, InlineData(float.NaN, "NaN"), InlineData(float.PositiveInfinity, "Infinity"), InlineData(float.NegativeInfinity, "-Infinity")]
    public async Task Sample_NotFinite_IsNamed(float value, string shown)
    {
        var samples = new float[16_000];
        samples[500] = value;

        string file = Wave("bad.wav", samples, SampleEncoding.F32);

        AsrAssert.Refused(
            ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", file), $"{file}: sample 500 of channel 0 (0.031 s) is {shown}; expected a finite number");
    }

    [Fact]
    public async Task Sample_Enormous_IsScaled() => AsrAssert.Ended(
        ExitCodes.Done, await AsrProcess.RunAsync("transcribe", Wave("huge.wav", [0.1f, 3e38f, -3e38f, 0, 0, 0], SampleEncoding.F32)));

    [Theory]
    [InlineData("empty.wav", "", "it is empty")]
    [InlineData("text.wav", "hello, this is text", "it starts with \"hello, this \"")]
    [InlineData("odd.pcm", "abc", "1 bytes are left")]
    [InlineData("cut.wav", "RIFF\u0001\0\0\0WAVEfmt ", "the data chunk is missing")]
    public async Task File_NoRecording_SaysWhatItIs(string name, string content, string expected)
    {
        string file = _folder.At(name);
        File.WriteAllText(file, content);

        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", file), file, expected);
    }

    [Fact]
    public async Task Path_NoFile_SaysWhatIsThere()
    {
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", _folder.Path), _folder.Path, "is a directory");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", "/dev/null"), "/dev/null", "it is empty");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", "/dev/zero"), "/dev/zero", "bytes 0000");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", "/proc/self/mem"), "/proc/self/mem", "cannot be read");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", "no\nsuch\e[31m.wav"), "no such [31m.wav: there is no such file");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", ""), "FILE", "an empty one");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", "--", "--help"), "--help: there is no such file");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", "@x"), "@x: there is no such file");
    }

    [Fact]
    public async Task Path_Unreadable_SaysSo()
    {
        string file = Wave("secret.wav", new float[16]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.None);
        Assert.SkipWhen(Environment.UserName == "root", "Nothing is unreadable for root.");

        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", file), file, "no permission");
    }

    [Fact]
    public async Task Files_SomeBad_TheOthersAreDone()
    {
        string text = _folder.At("text.wav");
        File.WriteAllText(text, "hello");

        var result = AsrAssert.Ended(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", text, Recordings.Numbers, "none.wav", Recordings.Chinese));

        Assert.Equal([Recordings.Numbers, Recordings.Chinese], result.OutputLines.Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]));
        var errors = AsrAssert.ErrorsBesidesNotice(result);
        Assert.Equal(2, errors.Length);
        Assert.StartsWith($"{text}: ", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("none.wav: ", errors[1], StringComparison.Ordinal);
    }

    [Theory, InlineData("a b.wav"), InlineData("-lead.wav"), InlineData("new\nline.wav"), InlineData("中文[red]{0}.wav"), InlineData("@at.wav")]
    public async Task Path_OddName_IsRead(string name)
    {
        File.Copy(Recordings.Numbers, _folder.At(name));
        var start = new AsrStart("transcribe", "--", name, name) { Folder = _folder.Path };

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(start));

        string expected = $"{name.Replace('\n', ' ')}: {Recordings.Reference(Recordings.Numbers).Text}";
        Assert.Equal([expected, expected], result.OutputLines);
    }

    [Fact]
    public async Task Container_CutOff_SaysWhatFfmpegSays()
    {
        string whole = Recordings.Convert(Recordings.Numbers, _folder.At("whole.m4a")); // its index is at the end
        string cut = _folder.At("cut.m4a");
        File.WriteAllBytes(cut, File.ReadAllBytes(whole)[..3000]);

        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("transcribe", cut), cut, "ffmpeg cannot decode it", "moov atom not found");
    }

    [Fact]
    public async Task Container_NoFfmpeg_NamesTheProgram()
    {
        string flac = _folder.At("x.flac");
        File.WriteAllText(flac, "fLaC and nothing more");
        var start = new AsrStart("transcribe", flac) { Environment = { ["PATH"] = "/nowhere" } };

        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync(start), flac, "needs the ffmpeg program", "not found on PATH");
    }

    [Fact]
    public async Task Pipe_OfAWave_IsRead()
    {
        string pipe = _folder.At("pipe.wav");
        Posix.MakePipe(pipe);
        using var process = new AsrProcess(new AsrStart("transcribe", pipe));
        await File.WriteAllBytesAsync(pipe, await File.ReadAllBytesAsync(Recordings.Numbers, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        var result = AsrAssert.Ended(ExitCodes.Done, await process.WaitAsync());

        Assert.Equal(Recordings.Reference(Recordings.Numbers).Text, Assert.Single(result.OutputLines));
    }

    private string Wave(string name, float[] samples, SampleEncoding encoding = SampleEncoding.S16)
    {
        File.WriteAllBytes(_folder.At(name), WavWriter.Write(samples, 16_000, encoding: encoding));
        return _folder.At(name);
    }
}
