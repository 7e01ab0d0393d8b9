using System.Diagnostics;
using System.Globalization;
using System.Net;
using AsrService.Contracts.V1;
using AsrService.Rpc.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsrService.RpcBenchmark;

/// <summary>Answers each audio message with cursors, as a recognizer without a model would.</summary>
internal static class BenchmarkServer
{
    /// <summary>Listens on a free port, prints it, and ends with its standard input.</summary>
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseGrpcLimits();
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        while (await Console.In.ReadLineAsync() is not null)
        {
            long processor = Environment.CpuUsage.TotalTime.Ticks;
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{processor} {allocated} {GC.CollectionCount(0)} {Environment.WorkingSet}"));
        }

        await app.StopAsync();
    }

    private sealed class Service : Transcriber.TranscriberBase
    {
        public override async Task StreamingTranscribe(
            IAsyncStreamReader<StreamingTranscribeRequest> requestStream,
            IServerStreamWriter<StreamingTranscribeResponse> responseStream,
            ServerCallContext context)
        {
            var response = new StreamingTranscribeResponse { Cursors = new Cursors() };
            ulong expected = 0;
            while (await requestStream.MoveNext())
            {
                var audio = requestStream.Current.Audio;
                if (audio.Sequence != expected) throw new UnreachableException($"{audio.Sequence} is not {expected}.");
                expected += (ulong)audio.Data.Length / 2;
                response.Cursors.AckedSequence = expected;
                await responseStream.WriteAsync(response);
            }
        }
    }
}
