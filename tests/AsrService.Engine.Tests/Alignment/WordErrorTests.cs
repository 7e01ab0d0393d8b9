using System.Text.Json;
using AsrService.Engine.Alignment;
using AsrService.Engine.Hypotheses;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>The bundled aligner against the exact times of the bundled recordings, whole clips of 25 to 28 s.</summary>
[Trait("Category", "Conformance"), Collection(DemoAligner.Collection)]
public sealed class WordErrorTests(DemoAligner model, ITestOutputHelper output)
{
    /// <summary>Mean start errors of models/demo-aligner/MODEL_CARD.md, which has units with the repaired times alone.</summary>
    public static TheoryData<string, double> Samples => new()
    {
        { "interview-en", 43 }, { "call-en", 71 }, { "meeting-en", 44 }, { "numbers-en", 53 }, { "interview-zh-en", 28 },
    };

    [Theory, MemberData(nameof(Samples))]
    public void Align_Sample_WordsAreAsNearAsTheModelCardSays(string name, double cardMean)
    {
        var (text, exact) = Exact(name);
        var request = new AlignmentRequest(ReferenceClips.Read(name + ".wav", "mono"), text, DemoAligner.LanguageOf(text));

        var aligned = model.Precise.Align(request); // what the card's figures were made with
        var words = AlignedWords.Of(request, aligned);

        Assert.Equal(exact.Count, words.Count);
        var errors = words.Zip(exact, (word, time) => Math.Abs(word.Start.TotalSeconds - time.Start) * 1000).ToList();
        var repairedOnly = Repaired(request, aligned).Zip(exact, (start, time) => Math.Abs(start.TotalSeconds - time.Start) * 1000).ToList();
        var ends = words.Zip(exact, (word, time) => Math.Abs(word.End.TotalSeconds - time.End) * 1000).ToList();
        output.WriteLine($"{name}: starts {Describe(errors)}; ends {Describe(ends)}; repaired only {Describe(repairedOnly)}; card {cardMean} ms");
        Assert.InRange(errors.Average(), 0, cardMean + 5);
        Assert.InRange(errors.Average() - repairedOnly.Average(), -10, 5);
    }

    [Fact]
    public void Align_Sentences_AreNearAsWell()
    {
        var errors = new List<double>();
        foreach (var clip in ReferenceClips.Aligner.Where(clip => clip is { IsResampled: false, Mode: "sentence" }))
        {
            var request = DemoAligner.RequestOf(clip);
            var words = AlignedWords.Of(request, model.Usual.Align(request));
            var exact = Exact(Path.GetFileNameWithoutExtension(clip.File)).Times
                .Where(time => time.Start >= clip.Start && time.End <= clip.End).ToList();
            Assert.Equal(exact.Count, words.Count);
            errors.AddRange(words.Zip(exact, (word, time) => Math.Abs(word.Start.TotalSeconds + clip.Start - time.Start) * 1000));
        }

        output.WriteLine($"sentences: starts {Describe(errors)}");
        Assert.InRange(errors.Average(), 0, 60);
    }

    private static List<TimeSpan> Repaired(AlignmentRequest request, AlignedText aligned)
    {
        var split = AlignmentUnits.Split(request.Text, request.Language?.Name);
        var words = TextWords.Split(request.Text);
        return [.. words.All.Select(word =>
        {
            int unit = Enumerable.Range(0, split.Count).First(i => split[i].End > word.Start);
            return TimeSpan.FromMilliseconds(aligned.RepairedMs[2 * unit]);
        })];
    }

    private static (string Text, List<(double Start, double End)> Times) Exact(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(ReferenceClips.PathOf(name + ".wav"), ".json")));
        return (json.RootElement.GetProperty("text").GetString()!,
            [.. json.RootElement.GetProperty("words").EnumerateArray()
                .Select(word => (word.GetProperty("start").GetDouble(), word.GetProperty("end").GetDouble()))]);
    }

    private static string Describe(List<double> errors)
    {
        var sorted = errors.Order().ToList();
        return $"mean {sorted.Average():F1} ms, median {sorted[sorted.Count / 2]:F0}, p95 {sorted[sorted.Count * 95 / 100]:F0} ({sorted.Count})";
    }
}
