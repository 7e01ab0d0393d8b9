using AsrService.Engine.Alignment;
using AsrService.Engine.Batching;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Decoding;
using AsrService.Models.Configuration;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

/// <summary>A batch loop that the test steps itself, on scripted models and a clock that stands still.</summary>
internal sealed class LoopBench : IDisposable
{
    public static readonly BpeTokenizer Tokenizer = TinyBpe.Load();

    private static readonly ModelConfig AlignerConfig = TinyConfigs.Aligner with
    {
        Aligner = TinyConfigs.Aligner.Aligner! with { Classes = 5000 },
    };

    private readonly EngineMetrics _metrics = new("scripted");
    private readonly AlignerMetrics _alignerMetrics;
    private readonly AlignmentRoom _room;

    public LoopBench(double budget = 250, int kvBlocks = 1 << 16)
    {
        Model = new ScriptedModel(kvBlocks: kvBlocks) { Script = Say };
        Recognizer = new Recognizer(Model, Tokenizer);
        var clock = new StepClock(TimeSpan.FromMilliseconds(budget), Clock);
        AlignerModel = new ScriptedModel(AlignerConfig, kvBlocks) { Script = SayTimes };
        Aligner = new ForcedAligner(AlignerModel, Tokenizer);
        _room = new AlignmentRoom(kvBlocks);
        _alignerMetrics = new AlignerMetrics("scripted", Clock, null);
        Loop = new BatchLoop(clock, new ModelLane(Model, clock, _metrics), new ModelLane(AlignerModel, clock, _alignerMetrics));
        Host = new SessionHost(Recognizer, _metrics, Clock, 60 * 16_000, 512, static () => { }, static (_, _) => { });
    }

    public ManualTimeProvider Clock { get; } = new();

    public ScriptedModel Model { get; }

    public Recognizer Recognizer { get; }

    public ScriptedModel AlignerModel { get; }

    public ForcedAligner Aligner { get; }

    public BatchLoop Loop { get; }

    public SessionHost Host { get; }

    /// <summary>Names of works in the order in which they started.</summary>
    public List<string> Log { get; } = [];

    /// <summary>An answer that depends on every sample heard and nothing else, of 15 to 54 ids.</summary>
    public static IReadOnlyList<int> Say(ScriptedPrompt prompt)
    {
        uint state = (uint)prompt.Audio;
        var text = new System.Text.StringBuilder("language English<asr_text>");
        for (int i = (int)(state % 40); i >= 0; i--)
        {
            state = state * 1664525 + 1013904223;
            text.Append((char)('a' + (state >> 8) % 26));
            if ((state >> 16) % 6 == 0) text.Append(' ');
        }
        return Tokenizer.Encode(text.ToString());
    }

    /// <summary>Times that depend on every sample heard and nothing else.</summary>
    public static IReadOnlyList<int> SayTimes(ScriptedPrompt prompt) =>
        [.. prompt.Ids.Select((_, place) => (int)((uint)prompt.Audio % 20) + place)];

    public ScriptedAlignment AddAlignment(string name, float[] samples, string text = "one two three")
    {
        var job = Aligner.Begin(new AlignmentRequest(samples, text, Language: null));
        var source = new ScriptedAlignment(name, job, new QueuedAlignment(AlignerModel, job, _room, Clock.GetTimestamp()), Log);
        Loop.Add(source);
        return source;
    }

    public ScriptedSource AddSource(string name, WorkClass workClass, int atOnce = 1, bool isEndless = false)
    {
        var source = new ScriptedSource(Recognizer, name, workClass, Clock) { MostAtOnce = atOnce, Log = Log, IsEndless = isEndless };
        Loop.Add(source);
        return source;
    }

    public TranscriptionSession Open(SessionOptions? options = null)
    {
        var session = new TranscriptionSession(Host, options ?? new SessionOptions(), WorkClass.Final);
        foreach (var source in session.Sources) Loop.Add(source);
        return session;
    }

    /// <summary>Steps until there is nothing to do.</summary>
    public void Run()
    {
        int steps = 0;
        while (Loop.Step()) Assert.True(++steps < 100_000, "The loop never comes to rest.");
    }

    public void AssertNothingHeld()
    {
        Assert.Equal((0, 0, 0), (Model.OpenSequences, Model.LiveEmbeddings, Model.UsedKvBlocks));
        Assert.Equal((0, 0, 0), (AlignerModel.OpenSequences, AlignerModel.LiveEmbeddings, AlignerModel.UsedKvBlocks));
    }

    public void Dispose()
    {
        Loop.Dispose();
        _metrics.Dispose();
        _alignerMetrics.Dispose();
    }
}
