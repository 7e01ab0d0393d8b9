using AsrService.Cli.Hub;
using AsrService.Cli.Service;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests.Hub;

/// <summary>A tiny model on a hub, and a folder to download it into.</summary>
public abstract class PullFixture : IDisposable
{
    private protected const string Weights = "model.safetensors";

    private protected TemporaryFolder Folder { get; } = new();

    private protected List<(long Present, long Total)> Progress { get; } = [];

    private protected string Installed => Folder.At("to", "tiny");

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<FakeHub> StartAsync(int shards = 1)
    {
        string source = Folder.At("source");
        if (!Directory.Exists(source)) new CheckpointBuilder(TinyConfigs.Asr) { Shards = shards }.Write(source);
        return await FakeHub.StartAsync(source);
    }

    private protected Task<(string Folder, bool WasThere)> PullAsync(FakeHub hub, long? freeSpace = null)
    {
        var pull = new ModelPull
        {
            Hub = hub.Address,
            Model = ModelReference.Parse(FakeHub.Repository, null),
            To = Folder.At("to"),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            FreeSpace = _ => freeSpace ?? long.MaxValue,
            Progressed = (present, total) =>
            {
                lock (Progress) Progress.Add((present, total));
            },
        };
        return pull.RunAsync(CancellationToken.None);
    }

    /// <summary>Waits until so much of a file has been written: a connection that breaks loses what is still under way.</summary>
    private protected async Task PartHasAsync(string name, long length)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string pull = Folder.At("to", ".pull", "tiny");
        while (!Directory.GetFiles(pull, name + ".*.part").Any(part => new FileInfo(part) is { Exists: true } file && file.Length == length))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private protected async Task<ServiceException> FailAsync(FakeHub hub)
    {
        var fault = await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub));
        Assert.False(Directory.Exists(Installed));
        return fault;
    }

    private protected void AssertInstalled(FakeHub hub)
    {
        string[] names = [.. Directory.GetFileSystemEntries(Installed).Select(path => Path.GetFileName(path))];
        Assert.Equal(hub.Files.Keys.Except(["README.md", "pytorch_model.bin"]).Order(), names.Order());
        foreach (string name in names) Assert.Equal(hub.Files[name], File.ReadAllBytes(Path.Combine(Installed, name)));
        Assert.Equal([Installed], Directory.GetFileSystemEntries(Folder.At("to")));
    }
}
