using AsrService.RpcBenchmark;

// The server is a process of its own, so that its processor time is its own.
if (args is ["serve"])
{
    await BenchmarkServer.RunAsync();
    return 0;
}

if (args is not ([] or [_] or [_, _]) || args.Any(argument => !int.TryParse(argument, out int number) || number < 1))
{
    Console.Error.WriteLine("Usage: AsrService.RpcBenchmark [STREAMS [SECONDS]]   (default 128 and 60)");
    return 2;
}

int streams = args.Length > 0 ? int.Parse(args[0], null) : 128;
int seconds = args.Length > 1 ? int.Parse(args[1], null) : 60;
await using var server = await ServerProcess.StartAsync();
bool isGood = await new PacedStreams(server, streams, seconds).RunAsync(Console.Out);
await new PingPong(server).RunAsync(Console.Out);
return isGood ? 0 : 1;
