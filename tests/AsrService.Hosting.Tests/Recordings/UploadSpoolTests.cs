namespace AsrService.Hosting.Tests.Recordings;

[Trait("Category", "Unit")]
public class UploadSpoolTests
{
    private readonly byte[] _buffer = new byte[16];

    [Fact]
    public async Task Read_BehindTheUpload_WaitsForMoreAndEndsWithIt()
    {
        using var spool = new UploadSpool();
        await using var stream = spool.OpenRead();
        spool.Append([1, 2, 3]);

        Assert.Equal(2, stream.Read(_buffer.AsSpan(0, 2)));
        Assert.Equal(1, stream.Read(_buffer));
        var waiting = Task.Run(() => stream.Read(_buffer));
        spool.Append([4, 5]);
        Assert.Equal(2, await waiting);
        Assert.Equal([4, 5], _buffer[..2]);
        var last = Task.Run(() => stream.Read(_buffer));
        spool.Complete();
        Assert.Equal(0, await last);
    }

    [Fact]
    public async Task Read_TheUploadBreaksOff_Throws()
    {
        using var spool = new UploadSpool();
        await using var stream = spool.OpenRead();
        var waiting = Task.Run(() => stream.Read(_buffer));

        spool.Break();

        await Assert.ThrowsAsync<IOException>(() => waiting);
    }

    [Fact]
    public void Dispose_TheFile_IsGone()
    {
        string path;
        using (var spool = new UploadSpool())
        {
            path = spool.Path;
            Assert.True(File.Exists(path));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.False(File.Exists(path));
    }
}
