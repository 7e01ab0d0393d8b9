using System.Text.Json;
using AsrService.Interop.Host;

// serve CERTIFICATE KEY SOCKET          announces its ports in one JSON line, serves until standard input ends
// call CASE ADDRESS [CERTIFICATE]       runs one case; the exit status is 0 when it passed
// call                                  runs what standard input asks for, a JSON line each
switch (args)
{
    case ["serve", var certificate, var key, var socket]:
        await InteropServer.RunAsync(certificate, key, socket);
        return 0;

    case ["call", var name, var address, .. var rest]:
        var result = await InteropCases.RunAsync(new CaseCommand(name, address, rest.FirstOrDefault()));
        Lines.Announce(result);
        return result.Passed ? 0 : 1;

    case ["call"]:
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Lines.Announce(await InteropCases.RunAsync(JsonSerializer.Deserialize<CaseCommand>(line)!));
        }

        return 0;

    default:
        await Console.Error.WriteLineAsync("Usage: serve CERTIFICATE KEY SOCKET | call [CASE ADDRESS [CERTIFICATE]]");
        return 2;
}
