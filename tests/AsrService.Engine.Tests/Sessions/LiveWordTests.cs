using System.Text.Json;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Estimated word times against the synthesisers' own.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveWordTests(LiveEngine live, ITestOutputHelper output)
{
    private const int Reach = 4; // words that may be missing or wrong between two that match

    public static TheoryData<string> Recordings { get; } = new(LiveAudio.Spoken);

    [Theory, MemberData(nameof(Recordings))]
    public async Task Stream_Recording_WordTimesAreNearTheTrueOnes(string file)
    {
        var events = await live.StreamAsync(LiveAudio.Read(file).Samples);

        events.AssertSound(); // in order, inside their segments
        var errors = Errors([.. events.Finals().SelectMany(final => final.Words)], Truth(file));
        errors.Sort();
        double median = errors[errors.Count / 2], p95 = errors[errors.Count * 95 / 100];
        output.WriteLine(
            $"{file}: {errors.Count / 2} words, error of starts and ends: median {median:0.000} s, p95 {p95:0.000} s");
        Assert.True(median < 0.25, $"median {median} s");
        Assert.True(p95 < 1, $"p95 {p95} s");
    }

    private static List<double> Errors(List<TranscriptWord> words, List<(string Word, double Start, double End)> truth)
    {
        var errors = new List<double>();
        int next = 0;
        foreach (var word in words)
        {
            int at = truth.FindIndex(next, Math.Min(Reach, truth.Count - next), one => one.Word == Plain(word.Text));
            if (at < 0) continue;
            errors.Add(Math.Abs(word.Start.TotalSeconds - truth[at].Start));
            errors.Add(Math.Abs(word.End.TotalSeconds - truth[at].End));
            next = at + 1;
        }
        Assert.True(errors.Count > truth.Count, $"only {errors.Count / 2} of {truth.Count} words were found");
        return errors;
    }

    private static List<(string Word, double Start, double End)> Truth(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(ReferenceClips.PathOf(file), ".json")));
        return [.. json.RootElement.GetProperty("words").EnumerateArray().Select(word => (
            Plain(word.GetProperty("word").GetString()!),
            word.GetProperty("start").GetDouble(), word.GetProperty("end").GetDouble()))];
    }

    private static string Plain(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
