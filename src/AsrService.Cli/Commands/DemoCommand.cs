using System.CommandLine;
using AsrService.Cli.Captions;
using AsrService.Cli.Demo;
using AsrService.Cli.Service;
using AsrService.Contracts.V1;
using AsrService.Hosting;
using Grpc.Core;
using Grpc.Net.Client;

namespace AsrService.Cli.Commands;

/// <summary><c>asr demo</c>: a service on free ports and the bundled recordings as live streams, with nothing to set up.</summary>
internal static class DemoCommand
{
    private static readonly string[] Interviews = ["interview-en.wav", "interview-zh-en.wav"];

    public static Command Create(CancellationToken cancellation)
    {
        var all = new Option<bool>("--all") { Description = "All bundled recordings, not only the two interviews." };
        var keep = new Option<bool>("--keep") { Description = "Leave the service running afterwards, until Ctrl-C." };
        var pace = CommandOptions.Number(
            "--pace", "X", "Speed of the recordings: 1 as spoken, 2 twice as fast; 0 as fast as the service takes them.",
            0, 1_000, byDefault: 1);
        var command = new Command("demo", "Start a service and stream the bundled recordings to it, side by side.")
        {
            all, keep, pace,
        };
        command.SetAction((parsed, _) =>
            RunAsync(FindClips(parsed.GetValue(all)), parsed.GetValue(pace), parsed.GetValue(keep), cancellation));
        return command;
    }

    private static DemoClip[] FindClips(bool all)
    {
        string samples = ModelFolders.FindProductFolder("samples")
            ?? throw new UsageException(
                "demo: expected the folders models/demo-asr and samples above the program, found none.");
        var paths = all
            ? Directory.GetFiles(samples, "*.wav").Order(StringComparer.Ordinal)
            : Interviews.Select(name => Path.Combine(samples, name));
        return [.. paths.Select(path => new DemoClip(path))];
    }

    private static async Task<int> RunAsync(DemoClip[] clips, double pace, bool keep, CancellationToken cancellation)
    {
        await using var service = await DemoService.StartAsync(ModelLocator.Resolve("--model", null), cancellation);
        string address = service.Addresses.Grpc.OriginalString;
        try
        {
            using var channel = GrpcChannel.ForAddress(address);
            await ShowAsync(new DemoRun(new Transcriber.TranscriberClient(channel), clips, Console.Out), pace, cancellation);
        }
        catch (RpcException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            throw ServiceFaults.Explain(address, address, failure);
        }

        if (keep) await KeepAsync(service, cancellation);
        return ExitCodes.Done;
    }

    private static async Task ShowAsync(DemoRun run, double pace, CancellationToken cancellation)
    {
        bool isTerminal = Terminal.CanRedraw;
        await run.StreamAsync(pace, isTerminal ? Terminal.OpenScreen() : null, cancellation);
        if (isTerminal) Console.WriteLine(); // the finals stand above, as they came
        else run.WriteFinals();
        run.WriteLatencies(pace);
        var model = await run.MeasureSpeedAsync(cancellation);
        Console.WriteLine($"Model: {model.Name}");
        if (model.Notice.Length > 0) Console.WriteLine(model.Notice);
    }

    /// <summary>Ctrl-C is the way out, not an interruption.</summary>
    private static async Task KeepAsync(DemoService service, CancellationToken cancellation)
    {
        var (grpc, http) = service.Addresses;
        Console.WriteLine($"The service runs until Ctrl-C; gRPC: {grpc.OriginalString}, HTTP: {http.OriginalString}");
        var left = new TaskCompletionSource();
        await using var registration = cancellation.Register(left.SetResult);
        await left.Task;
    }
}
