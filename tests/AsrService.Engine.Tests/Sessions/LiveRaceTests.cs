using AsrService.Audio;
using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>The writer and the loop run at once: a segment may end while its refresh begins.</summary>
[Trait("Category", "Unit")]
public sealed class LiveRaceTests
{
    private const int Rounds = 150;

    private static readonly LogMelFrontEnd FrontEnd = new(LogMelOptions.Default);

    [Fact]
    public async Task Stream_AsFastAsTaken_EveryFinalHearsItsWholeSegment()
    {
        var tokenizer = TinyBpe.Load();
        var model = new ScriptedModel { Script = _ => tokenizer.Encode("language English<asr_text>Hi.") };
        await using var engine = new TranscriptionEngine(new Recognizer(model, tokenizer));
        float[] samples = [.. TestSignals.Syllables(1.3), .. new float[9_600], .. TestSignals.Syllables(0.8), .. new float[9_600]];

        for (int round = 0; round < Rounds; round++)
        {
            var options = new SessionOptions { Interim = new InterimOptions { Interval = TimeSpan.FromMilliseconds(250) } };
            var events = await LiveEngine.StreamAsync(engine, samples, options, _ => 40 + round, isPaced: false);
            var finals = events.OfType<ResultEvent>().Where(result => result.IsFinal).ToList();
            Assert.NotEmpty(finals);
            foreach (var final in finals) AssertHeardAll(final, model);
        }
    }

    private static void AssertHeardAll(ResultEvent final, ScriptedModel model)
    {
        int samples = (int)((final.End - final.Start).Ticks / (TimeSpan.TicksPerSecond / 16_000));
        int expected = model.Config.Audio.AudioTokens(FrontEnd.FrameCount(samples));
        Assert.Equal(expected, final.Result!.PromptIds.Count(id => id == model.Config.AudioTokenId));
    }
}
