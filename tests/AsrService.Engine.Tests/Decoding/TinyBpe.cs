using AsrService.TestKit;
using AsrService.Tokenizer;

namespace AsrService.Engine.Tests.Decoding;

internal static class TinyBpe
{
    /// <summary>The tokenizer of <see cref="TinyTokenizer"/>: text is bytes and a few merges.</summary>
    public static BpeTokenizer Load()
    {
        using var folder = new TemporaryFolder();
        TinyTokenizer.Write(folder.Path);
        return BpeTokenizer.Load(folder.Path);
    }
}
