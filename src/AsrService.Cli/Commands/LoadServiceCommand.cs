using System.CommandLine;
using AsrService.Cli.Demo;

namespace AsrService.Cli.Commands;

/// <summary>The service that <c>asr load</c> starts for itself; not shown in the help.</summary>
internal static class LoadServiceCommand
{
    public const string Name = "load-service";

    public static Command Create()
    {
        var model = new Argument<string>("DIR") { Description = "Folder of the model." };
        var command = new Command(Name, "Serve until stdin ends.") { model };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            await using var service = await DemoService.StartAsync(parsed.GetValue(model)!, CancellationToken.None);
            Console.WriteLine(service.Addresses.Grpc.OriginalString);
            await Console.In.ReadToEndAsync(CancellationToken.None);
            return ExitCodes.Done;
        });
        return command;
    }
}
