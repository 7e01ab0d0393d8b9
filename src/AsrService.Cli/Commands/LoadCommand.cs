using System.CommandLine;
using AsrService.Cli.Load;
using AsrService.Cli.Output;
using AsrService.Cli.Service;
using AsrService.Contracts.V1;
using AsrService.Hosting;

namespace AsrService.Cli.Commands;

/// <summary><c>asr load</c>: many live streams at once, and how a service bears them.</summary>
internal sealed class LoadCommand
{
    private readonly Option<int?> _streams = CommandOptions.Integer("--streams", "N", "Streams at once.", 1, 1024, byDefault: 8);

    private readonly Option<double> _pace = CommandOptions.Number(
        "--pace", "X", "Speed of the audio: 1 as spoken, 2 twice as fast; 0 as fast as the service takes it.", 0, 1_000, byDefault: 1);

    private readonly Option<double> _duration = CommandOptions.Number(
        "--duration", "S", "Seconds of audio that each stream sends.", 1, 86_400, byDefault: 60);

    private readonly Option<string?> _audio = CommandOptions.FreeText(
        "--audio", "DIR", "Folder with recordings, or one; played over and over. Default: samples/.");

    private readonly Option<string?> _server =
        ServerAddress.Option("Address of the service. Default: one is started for the run. Forms:");

    private readonly Option<int?> _serverPid = CommandOptions.Integer(
        "--server-pid", "PID", "With --server: its process on this machine, to read processor time and memory of.", 1, int.MaxValue);

    private readonly Option<string?> _metrics = CommandOptions.FreeText(
        "--metrics", "URL", "With --server: its metrics page, to read processor time and memory from.");

    private readonly Option<string?> _model = CommandOptions.FreeText(
        "--model", "DIR", "Without --server: model of the service. Default: the bundled demonstration model.");

    private readonly Option<bool> _verify = new("--verify")
    {
        Description = "Afterwards compare the finals with those that one stream at a time gives.",
    };

    private readonly Option<string?> _wordTimes = CommandOptions.Choice(
        "--word-times", "Times of words that streams ask for: none, or aligned, and how long these take.", "none", "none", "aligned");

    private readonly AccessOptions _access = new();

    private readonly Option<string?> _format = CommandOptions.Choice("--format", "table, or json: one object.", "table", "table", "json");

    public static Command Create(CancellationToken cancellation)
    {
        var load = new LoadCommand();
        var command = new Command("load", "Measure a service under many live streams.")
        {
            load._streams, load._pace, load._duration, load._audio, load._server, load._serverPid, load._metrics, load._model,
            load._verify, load._wordTimes, load._format,
        };
        load._access.AddTo(command);
        command.SetAction((parsed, _) => load.RunAsync(parsed, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var plan = new LoadPlan(
            parsed.GetValue(_streams)!.Value, parsed.GetValue(_pace), TimeSpan.FromSeconds(parsed.GetValue(_duration)),
            parsed.GetValue(_verify)) { WordTimes = parsed.GetValue(_wordTimes) == "aligned" ? WordTimes.AlignedPreferred : WordTimes.None };
        var tape = LoadTape.Read(parsed.GetValue(_audio) ?? ModelFolders.FindProductFolder("samples") ?? "samples");
        var report = parsed.GetValue(_server) is { } address
            ? await RunAsync(parsed, address, plan, tape, cancellation)
            : await RunWithChildAsync(parsed, plan, tape, cancellation);

        if (parsed.GetValue(_format) == "json") Console.WriteLine(JsonLine.Of(report));
        else foreach (string line in LoadTable.Lines(report)) Console.WriteLine(line);
        cancellation.ThrowIfCancellationRequested();
        if (report.IsClean) return ExitCodes.Done;
        throw new ServiceException(ExitCodes.ServiceFailed, "asr load: streams failed, or text was lost or contradicted; the report says which.");
    }

    private async Task<LoadReport> RunAsync(
        ParseResult parsed, string address, LoadPlan plan, LoadTape tape, CancellationToken cancellation)
    {
        parsed.Refuse("with --server", _model);
        using var access = _access.Of(parsed);
        if (parsed.GetValue(_serverPid) is { } id)
        {
            parsed.Refuse("with --server-pid", _metrics);
            return await new LoadSession(address, access, plan, tape, _ => Task.FromResult(ServerUsages.OfProcess(id))).RunAsync(cancellation);
        }

        if (parsed.GetValue(_metrics) is not { } page) return await new LoadSession(address, access, plan, tape, null).RunAsync(cancellation);
        if (!Uri.TryCreate(page, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"--metrics: expected http://HOST:PORT/metrics, found \"{OneLine.Of(page)}\".");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 16 << 20 };
        return await new LoadSession(address, access, plan, tape, token => ServerUsages.OfMetricsAsync(http, url, token)).RunAsync(cancellation);
    }

    private async Task<LoadReport> RunWithChildAsync(
        ParseResult parsed, LoadPlan plan, LoadTape tape, CancellationToken cancellation)
    {
        parsed.Refuse("without --server", [_serverPid, _metrics, .. _access.All]);
        await using var service = await ChildService.StartAsync(
            ModelLocator.Resolve("--model", parsed.GetValue(_model)), cancellation);
        return await new LoadSession(
            service.Address, ServiceAccess.None, plan, tape, _ => Task.FromResult(ServerUsages.OfProcess(service.ProcessId)))
            .RunAsync(cancellation);
    }
}
