using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Decoding;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>An engine on a scripted model that says some words for whatever it hears: fast, and countable.</summary>
internal sealed class LiveScript : IAsyncDisposable
{
    private static readonly BpeTokenizer Tokenizer = TinyBpe.Load();

    public LiveScript(EngineOptions? options = null)
    {
        Model.Script = Answer;
        Engine = new TranscriptionEngine(new Recognizer(Model, Tokenizer), options);
    }

    public ScriptedModel Model { get; } = new();

    public TranscriptionEngine Engine { get; }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    /// <summary>Noise in bursts like syllables, six seconds with a second of silence behind, over and over.</summary>
    public static float[] Phrases(double seconds)
    {
        var samples = TestSignals.Syllables(seconds);
        for (int n = 0; n < samples.Length; n++)
        {
            if (n / LiveAudio.Rate % 7 == 6) samples[n] = 0;
        }
        return samples;
    }

    /// <summary>Reads what there is, until the end or a failure.</summary>
    public static async Task<(List<SessionEvent> Events, AsrException? Fault)> DrainAsync(TranscriptionSession session)
    {
        var events = new List<SessionEvent>();
        try
        {
            while (await session.ReadAsync(TestContext.Current.CancellationToken) is { } happened) events.Add(happened);
        }
        catch (AsrException fault)
        {
            return (events, fault);
        }
        return (events, null);
    }

    private static int[] Answer(ScriptedPrompt prompt)
    {
        string words = string.Concat(Enumerable.Range(0, 3 + prompt.Ids.Count / 20).Select(i => $" w{i}"));
        string heard = $" {(uint)prompt.Audio % 100}"; // the last word depends on the audio
        return [.. Tokenizer.Encode("language English"), TinyTokenizer.AsrText, .. Tokenizer.Encode(words + heard)];
    }
}
