using System.CommandLine;
using AsrService.Cli.Output;
using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Hosting;
using AsrService.Kernels;
using AsrService.Models;

namespace AsrService.Cli.Commands;

/// <summary><c>asr align</c>: when each word of a known text is said in a recording.</summary>
internal sealed class AlignCommand
{
    private readonly Option<string?> _audio = CommandOptions.FreeText("--audio", "F", "The recording.");

    private readonly Option<string?> _text = CommandOptions.FreeText("--text", "F", "File with what is said in it, in UTF-8.");

    private readonly Option<string?> _language = CommandOptions.FreeText(
        "--language", "L", "Language of the text: an official name or a BCP-47 tag. Default: by its script.");

    private readonly Option<string?> _format = CommandOptions.Choice(
        "--format", "json: units with their times; srt, vtt: subtitles; textgrid: for Praat.", "json", "json", "srt", "vtt", "textgrid");

    private readonly EngineOptions _engine = new();

    public static Command Create()
    {
        var self = new AlignCommand();
        var command = new Command("align", "Find when each word of a text is said in a recording.")
        {
            self._audio, self._text, self._language, self._format,
        };
        self._engine.AddTo(command);
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string audio = parsed.GetValue(_audio) ?? throw new UsageException("asr align: expected --audio, found none.");
        string textFile = parsed.GetValue(_text) ?? throw new UsageException("asr align: expected --text, found none.");
        var language = EngineOptions.ResolveLanguage(parsed.GetValue(_language));
        string text = ReadText(textFile);
        var samples = ReadAudio(audio);
        language ??= ScriptLanguage.Of(text);

        var loaded = Load(parsed);
        using var aligner = loaded.Aligner;
        var request = new AlignmentRequest(samples, text, language);
        var aligned = Align(aligner, request, audio, textFile);
        Warn(aligned, textFile);
        if (loaded.Notice is not null) Console.Error.WriteLine(OneLine.Of($"{aligner.Runner.Name}: {loaded.Notice}"));
        string weights = _engine.Weights(parsed) == DType.F32 ? "f32" : "bf16";
        Console.Out.Write(parsed.GetValue(_format) switch
        {
            "srt" => AlignmentFormats.Srt(request, aligned),
            "vtt" => AlignmentFormats.Vtt(request, aligned),
            "textgrid" => AlignmentFormats.TextGrid(request, aligned),
            _ => AlignmentJson.From(audio, request, aligned, aligner.Runner.Name, weights).Serialize() + "\n",
        });
        return ExitCodes.Done;
    }

    private LoadedAligner Load(ParseResult parsed)
    {
        string folder = ModelLocator.Resolve("--model", _engine.Model(parsed) ?? ModelFolders.DefaultAligner);
        var options = new ModelOptions { Weights = _engine.Weights(parsed), Kv = _engine.Kv(parsed) };
        var loaded = AlignerLoader.Load(folder, options, _engine.Threads(parsed));
        foreach (string warning in loaded.Warnings) Console.Error.WriteLine(OneLine.Of($"Warning: {warning}"));
        return loaded;
    }

    private static AlignedText Align(ForcedAligner aligner, AlignmentRequest request, string audio, string text)
    {
        try
        {
            return aligner.Align(request);
        }
        catch (AsrException refusal) when (refusal.Field == "language")
        {
            throw new UsageException($"--{refusal.Message}");
        }
        catch (AsrException refusal) when (refusal.Failure is AsrFailure.InvalidAudio or AsrFailure.InvalidOptions)
        {
            throw new InputException($"{(refusal.Field == "text" ? text : audio)}: {refusal.Message}", refusal);
        }
    }

    private static void Warn(AlignedText aligned, string text)
    {
        if (aligned.Remarks.HasFlag(AlignmentRemarks.TextMismatch))
            Console.Error.WriteLine(OneLine.Of($"Warning: {text}: probably not what is said in the recording."));
        if (aligned.Remarks.HasFlag(AlignmentRemarks.TextTooLong))
            Console.Error.WriteLine(OneLine.Of($"Warning: {text}: has more words than the recording can hold."));
    }

    private static float[] ReadAudio(string path)
    {
        using var reader = Transcription.OfflineTranscription.Open(path);
        return reader.ReadToEnd();
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }
}
