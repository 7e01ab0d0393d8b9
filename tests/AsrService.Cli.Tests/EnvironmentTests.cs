using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("LC_ALL=C"), InlineData("LC_ALL=POSIX LANG=C"), InlineData("LC_ALL=tr_TR.UTF-8"), InlineData("TERM="), InlineData("TERM=dumb")]
    [InlineData("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"), InlineData("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0"), InlineData("HOME")]
    [InlineData("ASR_MODELS=/none/such"), InlineData("ASR_MODELS=")]
    public async Task Transcribe_AnyEnvironment_IsTheSame(string variables)
    {
        var start = new AsrStart("transcribe", Recordings.Chinese);
        foreach (string variable in variables.Split(' '))
        {
            string[] parts = variable.Split('=');
            start.Environment[parts[0]] = parts.Length > 1 ? parts[1] : null;
        }

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(start));

        Assert.Equal(Recordings.Reference(Recordings.Chinese).Text, Assert.Single(result.OutputLines));
    }

    [Fact]
    public async Task Transcribe_ReadOnlyFolder_NeedsNothingInIt()
    {
        var start = new AsrStart("transcribe", Recordings.Numbers) { Folder = "/proc" };

        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(start));
    }

    [Theory, InlineData("transcribe"), InlineData("demo"), InlineData("--help"), InlineData("model list")]
    public async Task Output_FullOrClosed_IsOneLineAndSeventyFour(string command)
    {
        string[] arguments = command == "transcribe" ? [command, Recordings.Numbers] : command.Split(' ');
        foreach (string shell in new[] { ">/dev/full", ">&-" })
        {
            var result = AsrAssert.Ended(ExitCodes.OutputFailed, await AsrProcess.RunAsync(new AsrStart(arguments) { Shell = shell }));
            Assert.StartsWith("asr: the output cannot be written: ", Assert.Single(AsrAssert.ErrorsBesidesNotice(result)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Output_ReaderGone_IsNoError()
    {
        var start = new AsrStart("transcribe", Recordings.Numbers, Recordings.Numbers, Recordings.Chinese) { Shell = "| head -c 1" };

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(start));

        Assert.Empty(AsrAssert.ErrorsBesidesNotice(result));
    }

    [Theory, InlineData("2>/dev/full"), InlineData("2>&-")]
    public async Task Errors_FullOrClosed_LoseNoTranscript(string shell)
    {
        var start = new AsrStart("transcribe", "none.wav", Recordings.Numbers) { Shell = shell };

        var result = AsrAssert.Ended(ExitCodes.BadInput, await AsrProcess.RunAsync(start));

        Assert.EndsWith(Recordings.Reference(Recordings.Numbers).Text, Assert.Single(result.OutputLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_OutsideTheProduct_SaysWhatIsMissing()
    {
        using var elsewhere = new TemporaryFolder();

        var result = await AsrProcess.RunAsync(new AsrStart("demo") { Program = CopyProgram(elsewhere) });

        AsrAssert.Refused(ExitCodes.Usage, result, "models/demo-asr and samples");
    }

    [Fact]
    public async Task Models_OutsideTheProduct_SaysThatNoneIsInstalled()
    {
        using var elsewhere = new TemporaryFolder();
        string program = CopyProgram(elsewhere);

        var list = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(new AsrStart("model", "list") { Program = program }));
        var transcribe = await AsrProcess.RunAsync(new AsrStart("transcribe", Recordings.Numbers) { Program = program });

        Assert.Empty(list.Output);
        Assert.Contains("No model is installed", Assert.Single(list.ErrorLines), StringComparison.Ordinal);
        AsrAssert.Refused(ExitCodes.Usage, transcribe, "none is installed", "not the default, demo-asr");
    }

    private static string CopyProgram(TemporaryFolder folder)
    {
        string settings = Path.ChangeExtension(AsrProcess.Program, ".runtimeconfig.json");
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Append(settings))
            File.Copy(file, folder.At(Path.GetFileName(file)));
        return folder.At("asr.dll");
    }
}
