using System.Text;
using System.Text.RegularExpressions;
using AsrService.Cli.Tests.Service;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

/// <summary>Runs the program on a pseudo-terminal, which the <c>script</c> program of util-linux gives.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class TerminalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(80, "xterm"), InlineData(40, "xterm")]
    public async Task Transcribe_OnATerminal_DrawsAndErasesItsProgress(int columns, string term)
    {
        string file = _folder.At("长录音.wav");
        Recordings.WriteLong(file, 600, Recordings.Numbers, 0);

        string screen = await ScriptAsync($"stty cols {columns}; exec $ASR transcribe '{file}' '{Recordings.Numbers}' 2>&1 >'{_folder.At("out")}'", term);

        string[] drawn = [.. screen.Split('\r').Where(part => part.Contains('░', StringComparison.Ordinal))];
        Assert.True(drawn.Length > 5, screen);
        Assert.Contains(columns < 80 ? "[1/2] 长录音.w… ░" : "[1/2] 长录音.wav ░", drawn[0], StringComparison.Ordinal);
        Assert.Contains(drawn, line => line.Contains("50 %", StringComparison.Ordinal));
        Assert.All(drawn, line => Assert.InRange(Cells(Escape().Replace(line, "")), 1, columns - 1));
        if (columns == 80) Assert.Matches("0:0[0-9]:[0-9]{2} of 0:10:00, [0-9.]+× real time", drawn[^3]);
        Assert.DoesNotContain('\e', File.ReadAllText(_folder.At("out")));
    }

    [Fact]
    public async Task Transcribe_DumbTerminal_DrawsNothing()
    {
        string screen = await ScriptAsync($"exec $ASR transcribe '{Recordings.Numbers}'", "dumb");

        Assert.DoesNotContain('░', screen);
        Assert.Contains(Recordings.Reference(Recordings.Numbers).Text, screen, StringComparison.Ordinal);
    }

    [Theory, InlineData(100), InlineData(40)]
    public async Task Stream_OnATerminal_GrowsItsCaptionAndLeavesTheFinal(int columns)
    {
        await using var service = await FakeService.StartAsync();

        string screen = await ScriptAsync(
            $"stty cols {columns} rows 24; exec $ASR stream --pace 0 --server {service.Address} '{Recordings.Numbers}' 2>&1", "xterm");

        int first = screen.IndexOf("\e[2mSo we\e[0m", StringComparison.Ordinal);
        int second = screen.IndexOf("So we \e[2muse\e[0m", StringComparison.Ordinal);
        int final = screen.IndexOf("0:00.10–0:01.50  So we use Redis.", StringComparison.Ordinal);
        Assert.True(first >= 0 && first < second && second < final, screen);
        Assert.Contains("fake: Not a real model.", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_OnATerminal_ShowsBothInterviewsSideBySide()
    {
        string screen = await ScriptAsync("stty cols 100 rows 30; exec $ASR demo --pace 20 2>&1", "xterm");

        Assert.Contains("interview-en.wav\e[0m", screen, StringComparison.Ordinal);
        Assert.Matches(@"interview-en\.wav    .*interview-zh-en\.wav", Escape().Replace(screen, ""));
        Assert.Matches(@"interview-en\.wav     0:\d\d\.\d\d–0:\d\d\.\d\d  I have been working", Escape().Replace(screen, ""));
        Assert.Contains("Model: demo-asr (demonstration model)", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("info:", screen, StringComparison.Ordinal);
    }

    private static async Task<string> ScriptAsync(string command, string term)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "The script program (package bsdutils) is not installed.");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var info = new System.Diagnostics.ProcessStartInfo("script", ["-qec", command.Replace("$ASR", AsrProcess.CommandLine, StringComparison.Ordinal), "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["TERM"] = term },
        };
        info.Environment.Remove("NO_COLOR"); // which the run of all tests sets for its own output
        using var script = System.Diagnostics.Process.Start(info)!;
        return await script.StandardOutput.ReadToEndAsync(limit.Token);
    }

    [GeneratedRegex(@"\e(\[[?0-9]*[a-zA-Z]|=)")]
    private static partial Regex Escape();

    private static int Cells(string text) => text.Sum(c => c >= 0x2E80 ? 2 : char.IsControl(c) ? 0 : 1);
}
