using AsrService.Contracts.V1;
using AsrService.Engine.Alignment;
using AsrService.Hosting;
using AsrService.Models;
using AsrService.TestKit;
using AsrService.Tokenizer;

namespace AsrService.Aligner.Tests;

/// <summary>An aligner from a script, which the test may hold and break. Clips may have up to 4 s.</summary>
internal sealed class ScriptedAligner : IAlignerSource, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // of the test, should all be lost

    private readonly ManualResetEventSlim _goesOn = new(true);
    private readonly SemaphoreSlim _held = new(0);

    /// <summary>A short clip and its text.</summary>
    public AlignRequest Request { get; } = new()
    {
        AudioFormat = Speech.Raw,
        Audio = Speech.Silence(0.03),
        Text = "one two",
        Language = "en",
    };

    /// <summary>Sequences on which the model fails; the warm-up has number 0.</summary>
    public List<int> BrokenSequences { get; } = [];

    public LoadedAlignerModel Load(IModelRunner? beside)
    {
        using var folder = new TemporaryFolder();
        TinyTokenizer.Write(folder.Path);
        var model = new ScriptedModel(TinyConfigs.Aligner)
        {
            Script = prompt => [.. prompt.Ids.Select((_, place) => place % 50)],
            Extending = WaitWhileHeld,
            Feeding = sequence =>
            {
                if (BrokenSequences.Contains(sequence)) throw new InvalidOperationException("broken");
            },
        };
        return new LoadedAlignerModel(new ForcedAligner(model, BpeTokenizer.Load(folder.Path)), "scripted", Notice: null, Warnings: []);
    }

    /// <summary>Stops the model at its next call.</summary>
    public void Hold() => _goesOn.Reset();

    /// <summary>Waits until it has stopped.</summary>
    public async Task HeldAsync() => Assert.True(await _held.WaitAsync(Patience), "the model is never called");

    public void LetGo() => _goesOn.Set();

    public void Dispose() => LetGo(); // the events are left to the collector: the loop may still hold them

    private void WaitWhileHeld()
    {
        if (_goesOn.IsSet) return;
        _held.Release();
        _goesOn.Wait();
    }
}
