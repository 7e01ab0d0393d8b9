using AsrService.Cli.Hub;
using AsrService.Cli.Service;
using AsrService.Models.Checkpoints;
using AsrService.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace AsrService.Cli.Tests.Hub;

[Trait("Category", "EndToEnd")]
public sealed class ModelPullTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly TemporaryFolder _folder = new();
    private readonly List<(long Present, long Total)> _progress = [];

    private string Installed => _folder.At("to", "tiny");

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(1), InlineData(3)]
    public async Task Run_Model_IsInstalledWithWhatIsNeeded(int shards)
    {
        await using var hub = await StartAsync(shards);

        var (folder, wasThere) = await PullAsync(hub);

        Assert.Equal((Installed, false), (folder, wasThere));
        AssertInstalled(hub);
        Assert.DoesNotContain(hub.Requests, request => request.File is "README.md" or "pytorch_model.bin");
        Assert.Equal(_progress[^1].Total, _progress.Max(report => report.Present));
    }

    [Fact]
    public async Task Run_ConnectionsCut_GoesOnWhereTheyBroke()
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, name, before) =>
        {
            if (name.Length == 0 || before >= 2) return false;
            await hub.CutAsync(context, name, hub.Files[name].Length / 3, length => PartHasAsync(name, length));
            return true;
        };

        await PullAsync(hub);

        AssertInstalled(hub);
        Assert.Contains(hub.Requests, request => request is { File: Weights, From: > 0 });
    }

    [Fact]
    public async Task Run_RangesIgnored_BeginsAgain()
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, name, before) =>
        {
            if (name != Weights) return false;
            if (before == 0) await hub.CutAsync(context, name, 5000, length => PartHasAsync(name, length));
            else await context.Response.Body.WriteAsync(hub.Files[name]);
            return true;
        };

        await PullAsync(hub);

        AssertInstalled(hub);
    }

    [Theory, InlineData(-1), InlineData(1)]
    public async Task Run_LengthOtherThanListed_IsRefused(int difference)
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, name, _) =>
        {
            if (name != Weights) return false;
            byte[] content = new byte[hub.Files[name].Length + difference];
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content);
            return true;
        };

        var fault = await FailAsync(hub);

        Assert.Equal(ExitCodes.ServiceFailed, fault.ExitCode);
        Assert.Contains("announces another length", fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(-1, "answers 416"), InlineData(1, "more comes than")]
    public async Task Run_LengthUnannouncedAndWrong_IsRefused(int difference, string expected)
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, name, _) =>
        {
            if (name != Weights) return false;
            context.Response.StatusCode = context.Request.Headers.Range.Count > 0 ? 416 : 200;
            if (context.Response.StatusCode == 200) await context.Response.Body.WriteAsync(new byte[hub.Files[name].Length + difference]);
            return true;
        };

        var fault = await FailAsync(hub);

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnotherPartThanAskedFor_BeginsAgain()
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, name, before) =>
        {
            if (name != Weights || before > 1) return false;
            if (before == 0) await hub.CutAsync(context, name, 5000, length => PartHasAsync(name, length));
            else
            {
                context.Response.StatusCode = 206;
                context.Response.Headers.ContentRange = $"bytes 0-9/{hub.Files[name].Length}";
                await context.Response.Body.WriteAsync(new byte[10]);
            }

            return true;
        };

        await PullAsync(hub);

        AssertInstalled(hub);
    }

    [Theory, InlineData(1), InlineData(int.MaxValue)]
    public async Task Run_ContentSpoilt_IsNeverInstalled(int times)
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, name, before) =>
        {
            if (name != Weights || before >= times) return false;
            byte[] spoilt = [.. hub.Files[name]];
            spoilt[^1] ^= 1;
            await context.Response.Body.WriteAsync(spoilt);
            return true;
        };

        if (times == 1)
        {
            await PullAsync(hub);
            AssertInstalled(hub);
        }
        else
        {
            Assert.Contains("another checksum", (await FailAsync(hub)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(404, "", ExitCodes.Usage, "no such model or revision")]
    [InlineData(401, "", ExitCodes.Usage, "does not exist on the hub, or is not public (401)")]
    [InlineData(403, "", ExitCodes.Usage, "is not public (403)")]
    [InlineData(410, "", ExitCodes.ServiceFailed, "answers 410")]
    [InlineData(500, "", ExitCodes.ServiceFailed, "answers 500")]
    [InlineData(429, "", ExitCodes.ServiceFailed, "answers 429")]
    [InlineData(429, "3600", ExitCodes.ServiceFailed, "asked again in 3600 s")]
    public async Task Run_Refused_IsSaid(int status, string retryAfter, int exitCode, string expected)
    {
        foreach (string refused in new[] { "", Weights })
        {
            await using var hub = await StartAsync();
            hub.Answer = (context, name, _) =>
            {
                if (name != refused) return Task.FromResult(false);
                context.Response.StatusCode = status;
                context.Response.Headers.RetryAfter = retryAfter;
                return Task.FromResult(true);
            };

            var fault = await FailAsync(hub);

            Assert.Equal(exitCode, fault.ExitCode);
            Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory, InlineData(500, ""), InlineData(503, ""), InlineData(429, "1")]
    public async Task Run_RefusedForAWhile_IsTriedAgain(int status, string retryAfter)
    {
        await using var hub = await StartAsync();
        hub.Answer = (context, _, before) =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            if (before == 0) context.Response.StatusCode = status;
            return Task.FromResult(before == 0);
        };

        await PullAsync(hub);

        AssertInstalled(hub);
    }

    [Theory, InlineData("/cdn/", true), InlineData("/base/" + FakeHub.Repository + "/resolve/main/", false)]
    public async Task Run_Redirected_IsFollowedSomeWay(string to, bool isGood)
    {
        await using var hub = await StartAsync();
        hub.Answer = (context, name, _) =>
        {
            bool isRedirected = name.Length > 0 && !context.Request.Path.StartsWithSegments("/cdn", StringComparison.Ordinal);
            if (isRedirected) context.Response.Redirect(to + name);
            return Task.FromResult(isRedirected);
        };

        if (isGood)
        {
            await PullAsync(hub);
            AssertInstalled(hub);
        }
        else
        {
            Assert.Contains("redirection", (await FailAsync(hub)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("../config.json"), InlineData("/etc/passwd"), InlineData("a/../../b"), InlineData("a\\..\\b"), InlineData("c:x"), InlineData("")]
    public async Task Run_NameOutsideOfTheModel_IsRefused(string name)
    {
        await using var hub = await StartAsync();
        hub.Listed = hub.Files.Select(file => FakeHub.Entry(file.Key, file.Value)).Append(FakeHub.Entry(name, [1]));

        var fault = await FailAsync(hub);

        Assert.Contains("names a file outside of the model", fault.Message, StringComparison.Ordinal);
        Assert.All(hub.Requests, request => Assert.Equal("", request.File));
    }

    [Theory]
    [InlineData("config.json", 1L << 40), InlineData("model.safetensors", 1L << 50), InlineData("model.safetensors", -1L)]
    public async Task Run_ImpossibleSize_IsRefused(string name, long size)
    {
        await using var hub = await StartAsync();
        hub.Listed = hub.Files.Where(file => file.Key != name).Select(file => FakeHub.Entry(file.Key, file.Value))
            .Append(new { type = "file", oid = new string('0', 40), size, path = name });

        Assert.Equal(ExitCodes.ServiceFailed, (await FailAsync(hub)).ExitCode);
    }

    [Theory, InlineData("{}"), InlineData("<html>"), InlineData("[{\"type\":\"file\"}]"), InlineData("[{\"type\":\"file\",\"path\":\"a\",\"size\":1,\"oid\":\"x\"}]")]
    public async Task Run_NoList_IsSaid(string answer)
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, _, _) =>
        {
            await context.Response.WriteAsync(answer);
            return true;
        };

        Assert.Contains("is no list of files", (await FailAsync(hub)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoSpace_LeavesNothing()
    {
        await using var hub = await StartAsync();

        var fault = await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub, freeSpace: 10));

        Assert.Equal(ExitCodes.OutputFailed, fault.ExitCode);
        Assert.Contains("bytes are needed and 10 are free", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("to")));
    }

    [Fact]
    public async Task Run_FolderCannotBeMade_IsSaid()
    {
        await using var hub = await StartAsync();
        _folder.Write("to", [1]);

        Assert.Equal(ExitCodes.OutputFailed, (await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub))).ExitCode);
    }

    [Fact]
    public async Task Run_NotAModel_LeavesNothing()
    {
        await using var hub = await StartAsync();
        hub.Files["config.json"] = "{}"u8.ToArray();

        await Assert.ThrowsAsync<CheckpointException>(() => PullAsync(hub));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("to")));
    }

    [Fact]
    public async Task Run_ThereAlready_IsChecked()
    {
        await using var hub = await StartAsync();
        await PullAsync(hub);

        Assert.True((await PullAsync(hub)).WasThere);

        File.AppendAllText(Path.Combine(Installed, "merges.txt"), "x");
        var fault = await Assert.ThrowsAsync<UsageException>(() => PullAsync(hub));
        Assert.Contains("merges.txt differs", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnotherProcessAtIt_IsSaid()
    {
        await using var hub = await StartAsync();
        using var held = PullFolder.Open(_folder.At("to"), "tiny");

        var fault = await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub));

        Assert.Contains("another process", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PartsOfAnotherRevision_AreNotUsed()
    {
        await using var hub = await StartAsync();
        Directory.CreateDirectory(_folder.At("to", ".pull", "tiny"));
        _folder.Write(Path.Combine("to", ".pull", "tiny", "model.safetensors.0123456789abcdef.part"), new byte[100]);

        await PullAsync(hub);

        AssertInstalled(hub);
        Assert.All(hub.Requests, request => Assert.Equal(0, request.From));
    }

    private async Task<FakeHub> StartAsync(int shards = 1)
    {
        string source = _folder.At("source");
        if (!Directory.Exists(source)) new CheckpointBuilder(TinyConfigs.Asr) { Shards = shards }.Write(source);
        return await FakeHub.StartAsync(source);
    }

    private Task<(string Folder, bool WasThere)> PullAsync(FakeHub hub, long? freeSpace = null)
    {
        var pull = new ModelPull
        {
            Hub = hub.Address,
            Model = ModelReference.Parse(FakeHub.Repository, null),
            To = _folder.At("to"),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            FreeSpace = _ => freeSpace ?? long.MaxValue,
            Progressed = (present, total) =>
            {
                lock (_progress) _progress.Add((present, total));
            },
        };
        return pull.RunAsync(CancellationToken.None);
    }

    /// <summary>Waits until so much of a file has been written: a connection that breaks loses what is still under way.</summary>
    private async Task PartHasAsync(string name, long length)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string pull = _folder.At("to", ".pull", "tiny");
        while (!Directory.GetFiles(pull, name + ".*.part").Any(part => new FileInfo(part) is { Exists: true } file && file.Length == length))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<ServiceException> FailAsync(FakeHub hub)
    {
        var fault = await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub));
        Assert.False(Directory.Exists(Installed));
        return fault;
    }

    private void AssertInstalled(FakeHub hub)
    {
        string[] names = [.. Directory.GetFileSystemEntries(Installed).Select(path => Path.GetFileName(path))];
        Assert.Equal(hub.Files.Keys.Except(["README.md", "pytorch_model.bin"]).Order(), names.Order());
        foreach (string name in names) Assert.Equal(hub.Files[name], File.ReadAllBytes(Path.Combine(Installed, name)));
        Assert.Equal([Installed], Directory.GetFileSystemEntries(_folder.At("to")));
    }
}
