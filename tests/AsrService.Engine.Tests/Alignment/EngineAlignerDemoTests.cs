using AsrService.Engine.Alignment;
using AsrService.Engine.Sessions;
using AsrService.Models;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>The bundled models in one loop: who else is served, and how steps are cut, changes no bit.</summary>
[Trait("Category", "Conformance"), Collection(DemoAligner.Collection)]
public sealed class EngineAlignerDemoTests(DemoAligner model)
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AlignAsync_WhileOthersAreRecognized_GivesTheBitsOfEachAlone()
    {
        AlignmentRequest[] requests =
            [.. ReferenceClips.Aligner.Where(clip => !clip.IsResampled).Where((_, i) => i % 3 == 0).Select(DemoAligner.RequestOf)];
        var alone = requests.Select(model.Usual.Align).ToList();
        var options = new EngineOptions { StepBudget = TimeSpan.FromMilliseconds(10) }; // everything is cut
        var recognizer = RecognizerLoader.Load(Path.Combine(RepositoryPaths.Models, "demo-asr"), new ModelOptions(), 2).Recognizer;
        var onItsThreads = AlignerLoader.Load(DemoAligner.Folder, new ModelOptions(), (ModelRunner)recognizer.Runner).Aligner;
        await using var engine = new TranscriptionEngine(recognizer, options, aligner: onItsThreads);
        await using var session = engine.OpenSession(new SessionOptions());

        var live = FeedAsync(session);
        var together = await Task.WhenAll(requests.Select(request => engine.Aligner!.AlignAsync(request, Ending)));
        await live;

        foreach (var (one, other) in alone.Zip(together))
        {
            Assert.Equal(one.Units, other.Units); // probabilities included
            Assert.Equal(one.SlotClasses, other.SlotClasses);
            Assert.Equal((one.Probability, one.Remarks), (other.Probability, other.Remarks));
        }
    }

    private static async Task FeedAsync(TranscriptionSession session)
    {
        foreach (float[] chunk in ReferenceClips.Sentences[0].Samples().Chunk(1600)) await session.WriteAsync(chunk, Ending);
    }
}
