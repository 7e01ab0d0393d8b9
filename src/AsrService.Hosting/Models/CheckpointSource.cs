using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Models;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Loads the folder that the settings name, else the bundled demonstration model.</summary>
internal sealed class CheckpointSource(IOptions<AsrOptions> options) : IModelSource
{
    public LoadedModel Load()
    {
        var settings = options.Value.Engine;
        string folder = options.Value.Models is [var location, ..]
            ? location.Path
            : CheckpointFolder.FindBundled(ModelFolders.DefaultModel, "Asr:Models:0:Path");
        var loaded = RecognizerLoader.Load(folder, CheckpointFolder.ModelOptionsOf(settings), settings.Threads);
        return new LoadedModel(loaded.Recognizer, CheckpointFolder.RevisionOf(folder), loaded.Notice, loaded.Warnings);
    }
}

/// <summary>Loads the aligner's folder that the settings name, else the bundled demonstration aligner.</summary>
internal sealed class AlignerCheckpointSource(IOptions<AsrOptions> options) : IAlignerSource
{
    public LoadedAlignerModel Load(IModelRunner? beside)
    {
        var settings = options.Value.Engine;
        string path = options.Value.Aligner.Path;
        string folder = path.Length > 0 ? path : CheckpointFolder.FindBundled(ModelFolders.DefaultAligner, "Asr:Aligner:Path");
        var model = CheckpointFolder.ModelOptionsOf(settings);
        var loaded = beside is ModelRunner runner
            ? AlignerLoader.Load(folder, model, runner)
            : AlignerLoader.Load(folder, model, settings.Threads);
        return new LoadedAlignerModel(loaded.Aligner, CheckpointFolder.RevisionOf(folder), loaded.Notice, loaded.Warnings);
    }
}
