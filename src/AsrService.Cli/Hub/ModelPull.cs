using System.Globalization;
using AsrService.Cli.Service;
using AsrService.Engine;
using AsrService.Models.Checkpoints;
using AsrService.Tokenizer;

namespace AsrService.Cli.Hub;

/// <summary>Downloads a model: all of it, checked, or nothing that anyone would take for it.</summary>
internal sealed class ModelPull
{
    private const int AtOnce = 4;

    /// <summary>Where from.</summary>
    public required Uri Hub { get; init; }

    /// <summary>Which model.</summary>
    public required ModelReference Model { get; init; }

    /// <summary>The folder of models that gets a folder of the model's name.</summary>
    public required string To { get; init; }

    /// <summary>Told of bytes present and bytes in all. Called from several threads.</summary>
    public Action<long, long>? Progressed { get; init; }

    /// <summary>Before a failed request is made again, on average; grows from time to time. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that are free where a folder is.</summary>
    public Func<string, long> FreeSpace { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    private string Target => Path.Combine(To, Model.Name);

    /// <summary>Downloads it.</summary>
    /// <returns>The model's folder, and whether it was there already.</returns>
    /// <exception cref="ServiceException">It cannot be had or not be written; a later run goes on where this one ended, except
    /// where the disk is full.</exception>
    /// <exception cref="CheckpointException">It is no model of this product.</exception>
    public async Task<(string Folder, bool WasThere)> RunAsync(CancellationToken cancellation)
    {
        using var hub = new HubClient(Hub);
        var retry = new HubRetry(RetryDelay);
        var listed = await retry.RunAsync(async token => await hub.ListAsync(Model, token), cancellation);
        var files = ModelFiles.Choose(Model, listed);
        if (Directory.Exists(Target) || File.Exists(Target))
        {
            await CheckInstalledAsync(files, cancellation);
            return (Target, true);
        }

        using var folder = PullFolder.Open(To, Model.Name);
        folder.Keep(files);
        CheckSpace(folder, files);
        await DownloadAsync(hub, retry, folder, files, cancellation);
        CheckModel(folder);
        folder.Install(Target);
        return (Target, false);
    }

    private async Task CheckInstalledAsync(IReadOnlyList<HubFile> files, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            string path = Path.Combine(Target, file.Path);
            if (!File.Exists(path) || !await file.IsSameAsync(path, cancellation))
                throw new UsageException($"{Target}: exists, and is not {Model} ({file.Path} differs); remove it, or choose --to.");
        }
    }

    private void CheckSpace(PullFolder folder, IReadOnlyList<HubFile> files)
    {
        long missing = files.Sum(file => file.Size) - folder.Present(files), free = FreeSpace(folder.Path);
        if (missing <= free) return;
        folder.Discard();
        throw new ServiceException(ExitCodes.OutputFailed, string.Create(
            CultureInfo.InvariantCulture, $"{Target}: {missing:N0} bytes are needed and {free:N0} are free; nothing was downloaded."));
    }

    private async Task DownloadAsync(
        HubClient hub, HubRetry retry, PullFolder folder, IReadOnlyList<HubFile> files, CancellationToken cancellation)
    {
        long total = files.Sum(file => file.Size), present = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        try
        {
            await Parallel.ForEachAsync(files, options, async (file, token) =>
            {
                long last = 0;
                await new FileDownload(hub, Model, file, folder.At(file), Report).RunAsync(retry, token);

                void Report(long bytes)
                {
                    long sum = Interlocked.Add(ref present, bytes - last);
                    last = bytes;
                    Progressed?.Invoke(sum, total);
                }
            });
        }
        catch (ServiceException fault) when (fault.ExitCode == ExitCodes.OutputFailed)
        {
            folder.Discard(); // a full disk is nothing to go on from
            throw;
        }
    }

    private static void CheckModel(PullFolder folder)
    {
        try
        {
            using var checkpoint = Checkpoint.Open(folder.Path);
            RecognizerLoader.LoadTokenizer(checkpoint);
        }
        catch (Exception fault) when (fault is CheckpointException or TokenizerException)
        {
            folder.Discard(); // its checksums are right, so another try would bring the same
            throw;
        }
    }
}
