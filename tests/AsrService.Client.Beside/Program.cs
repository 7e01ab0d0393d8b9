using AsrService.Client;
using Grpc.Core;
using Grpc.Net.Client;

// ADDRESS RECORDING: prints the finals of a recording, and that the stock types are the ones meant here.
object[] stock =
[
    new GrpcChannel(), new RpcException(), new CallInvoker(), StatusCode.OK, new AsrService.Contracts.V1.Word(), new Google.Rpc.Status(),
];
var assemblies = stock.Append(new Metadata()).Select(one => one.GetType().Assembly).Distinct().ToList();
Console.WriteLine($"{new Metadata().Kind} {assemblies.Count == 1 && assemblies[0] == typeof(Program).Assembly}");

await using var client = new AsrClient(args[0]);
using var audio = File.OpenRead(args[1]);
audio.Position = 44; // behind the header
await foreach (var happened in client.StreamAsync(new StreamOptions(), audio))
{
    if (happened is FinalEvent final) Console.WriteLine(final.Text);
}
