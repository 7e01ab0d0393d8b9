using System.CommandLine;
using AsrService.Cli.Captions;
using AsrService.Cli.Hub;

namespace AsrService.Cli.Commands;

/// <summary><c>asr model pull</c>: downloads a published model.</summary>
internal static class ModelPullCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var repository = new Argument<string>("REPO") { Description = "The model on the hub, as in Qwen/Qwen3-ASR-0.6B." };
        var revision = CommandOptions.FreeText(
            "--revision", "R", $"Branch, tag or commit. Default: {ModelReference.DefaultRevision}.", 200);
        var to = CommandOptions.FreeText(
            "--to", "DIR", "Folder of models that gets a folder of the model's name. Default: $ASR_MODELS, or ./models.");
        var hub = CommandOptions.FreeText(
            "--hub", "ADDRESS", $"Base address of the hub. Default: ${HubAddress.Variable}, or {HubAddress.Default}.");
        var command = new Command("pull", "Download a model from a hub, checked and resumable.") { repository, revision, to, hub };
        command.SetAction(async (parsed, _) =>
        {
            var model = ModelReference.Parse(parsed.GetValue(repository)!, parsed.GetValue(revision));
            bool isTerminal = Terminal.CanRedrawErrors;
            using var progress = new PullProgress(Console.Error, model.Name, isTerminal);
            var pull = new ModelPull
            {
                Hub = HubAddress.Resolve(parsed.GetValue(hub)),
                Model = model,
                To = Path.GetFullPath(parsed.GetValue(to) ?? ModelLocator.DownloadFolder),
                Progressed = progress.Report,
            };
            var (folder, _) = await pull.RunAsync(cancellation);
            progress.Dispose();
            Console.WriteLine(folder);
            return ExitCodes.Done;
        });
        return command;
    }
}
