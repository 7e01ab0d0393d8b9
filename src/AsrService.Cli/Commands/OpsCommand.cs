using System.CommandLine;
using AsrService.Cli.Ops;
using AsrService.Cli.Service;
using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AsrService.Cli.Commands;

/// <summary><c>asr ops stats|drain|sessions</c>: how a service fares, for those who run it.</summary>
internal sealed class OpsCommand
{
    private const uint PageSize = 1000;

    private readonly Option<string?> _server = ServerAddress.Option($"Address of the service. Default: {ServerAddress.Default}. Forms:");

    private readonly Option<string?> _format =
        CommandOptions.Choice("--format", "table, or json: one object, or one a session.", "table", "table", "json");

    private readonly AccessOptions _access = new();

    private readonly Option<int?> _grace = CommandOptions.Integer(
        "--grace", "S", "Seconds that running streams may go on. Default: the service's own.", 0, 86_400);

    private readonly Option<bool> _end = new("--end") { Description = "End the draining: take calls again." };

    public static Command Create(CancellationToken cancellation)
    {
        var ops = new OpsCommand();
        var group = new Command("ops", "Ask a running service how it fares, or drain it.");
        foreach (var command in new[] { ops.Stats(cancellation), ops.Drain(cancellation), ops.Sessions(cancellation) })
        {
            ops._access.AddTo(command);
            group.Add(command);
        }

        return group;
    }

    private Command Stats(CancellationToken cancellation)
    {
        var command = new Command("stats", "Print load, lag, memory and health at this moment.") { _server, _format };
        command.SetAction((parsed, _) => CallAsync(parsed, async service =>
        {
            var stats = await service.GetStatsAsync(new(), cancellationToken: cancellation);
            return parsed.GetValue(_format) == "json" ? [StatsOutput.Json(stats)] : StatsOutput.Table(stats);
        }));
        return command;
    }

    private Command Drain(CancellationToken cancellation)
    {
        var command = new Command("drain", "Refuse new calls and let running ones finish.") { _grace, _end, _server, _format };
        command.SetAction((parsed, _) =>
        {
            if (parsed.GetValue(_end)) parsed.Refuse("with --end", _grace);
            var request = new SetDrainRequest { Drain = !parsed.GetValue(_end) };
            if (parsed.GetValue(_grace) is { } seconds) request.GracePeriod = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
            return CallAsync(parsed, async service =>
            {
                var answer = await service.SetDrainAsync(request, cancellationToken: cancellation);
                return [parsed.GetValue(_format) == "json" ? DrainOutput.Json(answer) : DrainOutput.Line(answer)];
            });
        });
        return command;
    }

    private Command Sessions(CancellationToken cancellation)
    {
        var command = new Command("sessions", "List the sessions that are open, oldest first.") { _server, _format };
        command.SetAction((parsed, _) => CallAsync(parsed, async service =>
        {
            var sessions = new List<SessionInfo>();
            var request = new ListSessionsRequest { PageSize = PageSize };
            do
            {
                var page = await service.ListSessionsAsync(request, cancellationToken: cancellation);
                sessions.AddRange(page.Sessions);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return parsed.GetValue(_format) == "json" ? sessions.Select(SessionsOutput.Json) : SessionsOutput.Table(sessions);
        }));
        return command;
    }

    private async Task<int> CallAsync(
        ParseResult parsed, Func<Operations.OperationsClient, Task<IEnumerable<string>>> ask)
    {
        string address = parsed.GetValue(_server) ?? ServerAddress.Default;
        using var access = _access.Of(parsed);
        using var connection = ServerAddress.Connect(address, access);
        try
        {
            foreach (string line in await ask(new Operations.OperationsClient(connection.Invoker))) Console.WriteLine(line);
            return ExitCodes.Done;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Cancelled)
        {
            throw new OperationCanceledException("Interrupted.", failure);
        }
        catch (RpcException failure)
        {
            throw ServiceFaults.Explain(address, address, failure);
        }
    }
}
