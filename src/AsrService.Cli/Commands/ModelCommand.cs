using System.CommandLine;
using System.Globalization;
using AsrService.Engine;
using AsrService.Models.Checkpoints;
using AsrService.Models.Configuration;
using AsrService.Tokenizer;

namespace AsrService.Cli.Commands;

/// <summary><c>asr model info|list|pull</c>: what a checkpoint folder holds, which are installed, and more of them.</summary>
internal static class ModelCommand
{
    public static Command Create(CancellationToken cancellation) =>
        new("model", "Look at models, and download them.") { Info(), List(), ModelPullCommand.Create(cancellation) };

    private static Command Info()
    {
        var folder = new Argument<string>("DIR") { Description = "Checkpoint folder, or the name of an installed model." };
        var command = new Command("info", "Check a checkpoint folder and print what it holds.") { folder };
        command.SetAction(parsed =>
        {
            using var checkpoint = Checkpoint.Open(ModelLocator.Resolve("DIR", parsed.GetValue(folder)));
            var tokenizer = RecognizerLoader.LoadTokenizer(checkpoint);
            foreach (var (name, value) in Describe(checkpoint, tokenizer)) Console.WriteLine($"{name,-12}{value}");
            foreach (string warning in checkpoint.Warnings) Console.Error.WriteLine(OneLine.Of($"Warning: {warning}"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command(
            "list", "List installed models: those in $ASR_MODELS, ./models and the product's models folder.");
        command.SetAction(_ =>
        {
            var installed = ModelLocator.Installed();
            foreach (string folder in installed)
                Console.WriteLine($"{Path.GetFileName(folder),-28}{Summarize(folder)}");
            if (installed.Count == 0)
                Console.Error.WriteLine("No model is installed: $ASR_MODELS may name a folder that holds some.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Summarize(string folder)
    {
        try
        {
            using var checkpoint = Checkpoint.Open(folder);
            return Text($"{Kind(checkpoint.Config),-16}{checkpoint.ParameterCount / 1e6,9:F1} M parameters  {folder}");
        }
        catch (CheckpointException error)
        {
            return $"unusable: {error.Message}";
        }
    }

    private static IEnumerable<(string Name, string Value)> Describe(Checkpoint checkpoint, BpeTokenizer tokenizer)
    {
        var (audio, text) = (checkpoint.Config.Audio, checkpoint.Config.Text);
        yield return ("name", checkpoint.Name);
        if (checkpoint.Notice is not null) yield return ("notice", checkpoint.Notice);
        yield return ("folder", checkpoint.Folder);
        yield return ("kind", Kind(checkpoint.Config));
        yield return ("parameters", Text($"{checkpoint.ParameterCount:N0}"));
        var types = checkpoint.TensorsByType.Select(type => $"{type.Value} tensors {type.Key}");
        yield return ("weights", Text($"{checkpoint.FileBytes:N0} bytes, ") + string.Join(", ", types));
        yield return ("encoder", Text($"{audio.Layers} layers, width {audio.Width}, {audio.Heads} heads, ")
            + Text($"FFN {audio.FfnSize}, {audio.ConvChannels} convolution channels, ")
            + Text($"windows of {audio.WindowTokens} audio tokens"));
        yield return ("decoder", Text($"{text.Layers} layers, width {text.HiddenSize}, {text.Heads} heads, ")
            + Text($"{text.KvHeads} key heads of {text.HeadSize}, FFN {text.FfnSize}"));
        yield return ("vocabulary", Text($"{text.VocabularySize:N0} rows, {tokenizer.VocabularySize:N0} ids in use, ")
            + Text($"{tokenizer.AddedTokens.Count} added tokens"));
        if (checkpoint.Config.Aligner is { } aligner)
            yield return ("classes", Text($"{aligner.Classes} of {aligner.ClassDuration.TotalMilliseconds} ms"));
        if (checkpoint.Config.SupportedLanguages.Count > 0)
            yield return ("languages", string.Join(", ", checkpoint.Config.SupportedLanguages));
    }

    private static string Kind(ModelConfig config) => config.Aligner is null ? "transcriber" : "forced aligner";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
