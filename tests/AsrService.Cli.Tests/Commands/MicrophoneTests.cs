using AsrService.Cli.Tests.Service;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests.Commands;

/// <summary>With programs in ffmpeg's place, since a test machine has no microphone.</summary>
[Trait("Category", "EndToEnd")]
public sealed class MicrophoneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mic_FirstSystemFails_TheNextIsHeard()
    {
        await using var service = await FakeService.StartAsync();
        FakeFfmpeg($"""
            case "$*" in
              *"-f pulse -i hw:7"*) echo '[pulse @ 0x1] Connection refused' >&2; exit 1;;
              *"-f alsa -i hw:7"*) tail -c +45 '{Recordings.Numbers}' | head -c 64000;;
            esac
            """);

        var result = await RunAsync("stream", "--mic", "--device", "hw:7", "--server", service.Address, "--format", "text");

        Assert.Equal(["0:00.10–0:01.50  So we use Redis."], AsrAssert.Ended(ExitCodes.Done, result).OutputLines);
        long frames = 0;
        while (service.Transcriber.Requests.TryRead(out var request)) frames += request.Audio?.Data.Length / 4 ?? 0;
        Assert.Equal(32_000, frames);
    }

    [Fact]
    public async Task Mic_NoDevice_SaysWhatEachSystemSaid()
    {
        FakeFfmpeg("echo \"[in @ 0x1] $6: no such device\" >&2; exit 1");

        AsrAssert.Refused(
            ExitCodes.BadInput, await RunAsync("stream", "--mic"),
            "--mic: no microphone gives sound (pulse: ", "; alsa: ", "no such device");
    }

    [Fact]
    public async Task Mic_NoFfmpeg_SaysSo() => AsrAssert.Refused(
        ExitCodes.BadInput, await RunAsync("stream", "--mic"), "--mic: needs the ffmpeg program", "not found on PATH");

    private Task<AsrResult> RunAsync(params string[] arguments) =>
        AsrProcess.RunAsync(new AsrStart(arguments) { Environment = { ["PATH"] = _folder.Path } });

    private void FakeFfmpeg(string script)
    {
        string path = _folder.Write("ffmpeg", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }
}
