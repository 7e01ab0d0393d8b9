using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests.Hub;

[Trait("Category", "EndToEnd")]
public sealed class ModelPullCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pull_KilledAndStartedAgain_GoesOn()
    {
        await using var hub = await FakeHub.StartAsync(new CheckpointBuilder(TinyConfigs.Asr).Write(_folder.At("source")));
        const string Weights = "model.safetensors";
        var stuck = new TaskCompletionSource();
        hub.Answer = async (context, name, before) =>
        {
            if (name != Weights || before > 0) return false;
            context.Response.ContentLength = hub.Files[name].Length;
            await context.Response.Body.WriteAsync(hub.Files[name].AsMemory(0, 4000));
            await context.Response.Body.FlushAsync();
            await using var gone = context.RequestAborted.Register(stuck.SetResult);
            await stuck.Task;
            return true;
        };
        using (new AsrProcess(Start(hub)))
        {
            await WaitForPartAsync();
        } // killed

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(Start(hub)));

        Assert.Equal([_folder.At("models", "tiny")], result.OutputLines);
        Assert.Contains(hub.Requests, request => request is { File: Weights, From: 4000 });
        Assert.Equal(hub.Files[Weights], File.ReadAllBytes(_folder.At("models", "tiny", Weights)));
        Assert.StartsWith("tiny: ", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("100 %", result.ErrorLines[^1], StringComparison.Ordinal);
        var listed = await AsrProcess.RunAsync(new AsrStart("model", "list") { Environment = { ["ASR_MODELS"] = _folder.At("models") } });
        Assert.StartsWith("tiny ", listed.OutputLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_UnknownModel_IsAUsageError()
    {
        await using var hub = await FakeHub.StartAsync();

        var result = await AsrProcess.RunAsync("model", "pull", "owner/other", "--to", _folder.Path, "--hub", hub.Address.OriginalString);

        AsrAssert.Refused(ExitCodes.Usage, result, "owner/other at main: there is no such model or revision on the hub.");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private AsrStart Start(FakeHub hub) => new("model", "pull", FakeHub.Repository)
    {
        Environment = { ["ASR_HUB"] = hub.Address.OriginalString, ["ASR_MODELS"] = _folder.At("models") },
    };

    private async Task WaitForPartAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string pull = _folder.At("models", ".pull", "tiny");
        while (!Directory.Exists(pull) || !Directory.GetFiles(pull, "*.part").Any(part => new FileInfo(part) is { Exists: true, Length: 4000 }))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
