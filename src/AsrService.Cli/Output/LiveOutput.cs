using AsrService.Cli.Captions;
using AsrService.Contracts.V1;

namespace AsrService.Cli.Output;

/// <summary>Where the events of one live stream go.</summary>
internal abstract class LiveOutput : IDisposable
{
    private string? _notice;

    /// <summary>Takes the next event.</summary>
    public void Handle(StreamingTranscribeResponse message)
    {
        if (message.Started?.Model is { Notice.Length: > 0 } model) _notice = $"{model.Name}: {model.Notice}";
        if (_notice is not null && message.Result is { IsFinal: true, StableText.Length: > 0 })
        {
            Say(_notice); // with the first words: of a stream that is refused it says nothing
            _notice = null;
        }

        if (message.Warning is { } warning) Say($"Warning: {warning.Message}");
        Write(message);
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Writes what belongs to the results.</summary>
    protected abstract void Write(StreamingTranscribeResponse message);

    /// <summary>Says something beside them.</summary>
    protected virtual void Say(string line) => Console.Error.WriteLine(OneLine.Of(line));
}

/// <summary>A JSON object for every event.</summary>
internal sealed class JsonLiveOutput(TextWriter to) : LiveOutput
{
    protected override void Write(StreamingTranscribeResponse message)
    {
        if (LiveEventJson.Serialize(message) is { } line) to.WriteLine(line);
        to.Flush();
    }
}

/// <summary>A line for every final.</summary>
internal sealed class TextLiveOutput(TextWriter to, bool hasChannels) : LiveOutput
{
    protected override void Write(StreamingTranscribeResponse message)
    {
        if (message.Result is not { IsFinal: true, StableText.Length: > 0 } final) return;
        string channel = hasChannels ? $"channel {final.Channel}  " : "";
        to.WriteLine($"{channel}{CaptionTime.Range(final.Start, final.End)}  {OneLine.Of(final.StableText)}");
        to.Flush();
    }
}

/// <summary>Captions that grow in place on a terminal.</summary>
internal sealed class CaptionLiveOutput(CaptionBoard board) : LiveOutput
{
    public override void Dispose()
    {
        board.Dispose();
        base.Dispose();
    }

    protected override void Write(StreamingTranscribeResponse message)
    {
        if (message.Result is { } result) board.Show(0, result);
    }

    protected override void Say(string line) => board.Print(line);
}
