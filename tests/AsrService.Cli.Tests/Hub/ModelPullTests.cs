using AsrService.Cli.Hub;
using AsrService.Cli.Service;
using AsrService.Models.Checkpoints;
using Xunit;

namespace AsrService.Cli.Tests.Hub;

[Trait("Category", "EndToEnd")]
public sealed class ModelPullTests : PullFixture
{
    [Theory, InlineData(1), InlineData(3)]
    public async Task Run_Model_IsInstalledWithWhatIsNeeded(int shards)
    {
        await using var hub = await StartAsync(shards);

        var (folder, wasThere) = await PullAsync(hub);

        Assert.Equal((Installed, false), (folder, wasThere));
        AssertInstalled(hub);
        Assert.DoesNotContain(hub.Requests, request => request.File is "README.md" or "pytorch_model.bin");
        Assert.Equal(Progress[^1].Total, Progress.Max(report => report.Present));
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

    [Fact]
    public async Task Run_NoSpace_LeavesNothing()
    {
        await using var hub = await StartAsync();

        var fault = await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub, freeSpace: 10));

        Assert.Equal(ExitCodes.OutputFailed, fault.ExitCode);
        Assert.Contains("bytes are needed and 10 are free", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder.At("to")));
    }

    [Fact]
    public async Task Run_FolderCannotBeMade_IsSaid()
    {
        await using var hub = await StartAsync();
        Folder.Write("to", [1]);

        Assert.Equal(ExitCodes.OutputFailed, (await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub))).ExitCode);
    }

    [Fact]
    public async Task Run_NotAModel_LeavesNothing()
    {
        await using var hub = await StartAsync();
        hub.Files["config.json"] = "{}"u8.ToArray();

        await Assert.ThrowsAsync<CheckpointException>(() => PullAsync(hub));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder.At("to")));
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
        using var held = PullFolder.Open(Folder.At("to"), "tiny");

        var fault = await Assert.ThrowsAsync<ServiceException>(() => PullAsync(hub));

        Assert.Contains("another process", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PartsOfAnotherRevision_AreNotUsed()
    {
        await using var hub = await StartAsync();
        Directory.CreateDirectory(Folder.At("to", ".pull", "tiny"));
        Folder.Write(Path.Combine("to", ".pull", "tiny", "model.safetensors.0123456789abcdef.part"), new byte[100]);

        await PullAsync(hub);

        AssertInstalled(hub);
        Assert.All(hub.Requests, request => Assert.Equal(0, request.From));
    }
}
