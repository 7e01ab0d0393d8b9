using AsrService.Audio;
using AsrService.Cli.Load;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "Unit")]
public sealed class LoadTapeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Play_PastTheEnd_BeginsAgain()
    {
        float[] samples = [.. Enumerable.Range(0, 4000).Select(i => (i - 2000) / 32768f)]; // two blocks and a half
        var tape = new LoadTape(samples);

        var blocks = tape.Play(place: 2, count: 4).ToList();

        Assert.Equal(3, tape.Length);
        Assert.Equal([1200, 0, -2000, -400, 1200], new[] { (0, 0), (0, 800), (1, 0), (2, 0), (3, 0) }.Select(at => Sample(blocks[at.Item1].Data.Span, at.Item2)));
    }

    [Fact]
    public void Read_NoRecordings_IsRefused()
    {
        _folder.Write("notes.txt", [1]);

        Assert.Throws<AudioFormatException>(() => LoadTape.Read(_folder.Path));
    }

    private static int Sample(ReadOnlySpan<byte> block, int index) => BitConverter.ToInt16(block[(2 * index)..]);
}
