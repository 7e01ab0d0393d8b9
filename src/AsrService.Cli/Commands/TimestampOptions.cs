using System.CommandLine;
using AsrService.Hosting;

namespace AsrService.Cli.Commands;

/// <summary>Options of <c>transcribe</c> that ask for aligned times.</summary>
internal sealed class TimestampOptions
{
    private readonly Option<bool> _timestamps = new("--timestamps")
    {
        Description = "Find when each word is said; json then is the structured transcript, srt and vtt are subtitles.",
    };

    private readonly Option<string?> _aligner = CommandOptions.FreeText(
        "--aligner", "DIR", "Forced aligner for --timestamps: folder or installed model. Default: the bundled one.");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_timestamps, _aligner];

    /// <summary>The one that says who aligns in this process.</summary>
    public Option Aligner => _aligner;

    public void AddTo(Command command)
    {
        command.Add(_timestamps);
        command.Add(_aligner);
    }

    /// <summary>Whether aligned times are asked for.</summary>
    /// <exception cref="UsageException">The options do not go together.</exception>
    public bool IsAsked(ParseResult parsed, string format, int files)
    {
        bool isSubtitles = format is "srt" or "vtt";
        if (!parsed.GetValue(_timestamps))
        {
            if (isSubtitles) throw new UsageException($"--format {format}: expected --timestamps with it, found none.");
            if (parsed.GetValue(_aligner) is not null) throw new UsageException("--aligner: expected --timestamps with it, found none.");
            return false;
        }
        if (isSubtitles && files > 1) throw new UsageException($"--format {format}: expected one FILE, found {files}.");
        return true;
    }

    /// <summary>Folder of the aligner of this process.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public string AlignerFolder(ParseResult parsed) =>
        ModelLocator.Resolve("--aligner", parsed.GetValue(_aligner) ?? ModelFolders.DefaultAligner);
}
