using System.CommandLine;
using AsrService.Cli.Captions;
using AsrService.Cli.Live;
using AsrService.Cli.Output;
using AsrService.Cli.Service;
using Grpc.Core;

namespace AsrService.Cli.Commands;

/// <summary><c>asr stream</c>: live transcription by a service.</summary>
internal static class StreamCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "Recording, as for transcribe; - for raw audio or WAV from stdin.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var mic = new Option<bool>("--mic") { Description = "Listen to a microphone, through the ffmpeg program." };
        var device = CommandOptions.FreeText("--device", "NAME", "The microphone, as the system calls it. Default: the system's.");
        var server = ServerAddress.Option($"Address of the service. Default: {ServerAddress.Default}. Forms:");
        var pace = CommandOptions.Number(
            "--pace", "X", "Speed of a recording: 1 as spoken, 2 twice as fast; 0 as fast as the service takes it.",
            0, 1_000, byDefault: 1);
        var format = CommandOptions.Choice(
            "--format", "auto (captions on a terminal, else json), text (finals), or json: one event per line.",
            "auto", "auto", "text", "json");
        var access = new AccessOptions();
        var live = new LiveOptions();
        var raw = new RawAudioOptions();
        var command = new Command("stream", "Transcribe live: text appears while the audio comes.")
        {
            file, mic, device, server, pace, format,
        };
        access.AddTo(command);
        live.AddTo(command);
        raw.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            string? path = parsed.GetValue(file);
            bool isMic = parsed.GetValue(mic);
            CheckSource(path, isMic, parsed.GetValue(device), raw.Of(parsed));
            string address = parsed.GetValue(server) ?? ServerAddress.Default;
            using var caller = access.Of(parsed);
            using var service = ServerAddress.Connect(address, caller);
            using var feed = isMic ? Microphone.Open(parsed.GetValue(device)) : AudioInput.Open(path!, raw.Of(parsed));
            using var client = new LiveClient(
                service.Transcriber, live.ConfigFor(parsed, feed.Format), TimeProvider.System);
            double speed = isMic ? 0 : parsed.GetValue(pace); // a microphone has its own
            await RunAsync(client, feed, speed, parsed.GetValue(format)!, address, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void CheckSource(string? path, bool isMic, string? device, RawFormat? raw)
    {
        if (path is null == !isMic)
            throw new UsageException("asr stream: expected FILE, - or --mic, found " + (isMic ? "two of them." : "none."));
        if (device is not null && !isMic) throw new UsageException("--device: expected together with --mic only.");
        if (raw is not null && path != AudioInput.Pipe && (isMic || !AudioInput.IsRawName(path!)))
            throw new UsageException("--rate, --channels, --encoding: expected with raw audio only (-, *.pcm, *.raw).");
        if (path == AudioInput.Pipe && !Console.IsInputRedirected)
            throw new UsageException("asr stream -: expected audio from a pipe, found a terminal on stdin.");
    }

    private static async Task RunAsync(
        LiveClient client, AudioFeed feed, double pace, string format, string address, CancellationToken cancellation)
    {
        try
        {
            using var output = OpenOutput(format, feed.Format.Channels);
            await client.RunAsync(feed.Blocks.ReadAllAsync(CancellationToken.None), pace, live => output.Handle(live.Message), cancellation);
        }
        catch (RpcException failure)
        {
            throw ServiceFaults.Explain(address, address, failure);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private static LiveOutput OpenOutput(string format, uint channels)
    {
        if (format == "json" || (format == "auto" && Console.IsOutputRedirected)) return new JsonLiveOutput(Console.Out);
        if (!Terminal.CanRedraw) return new TextLiveOutput(Console.Out, channels > 1);
        var columns = Enumerable.Range(0, (int)channels)
            .Select(channel => new BoardColumn(0, (uint)channel, channels > 1 ? $"channel {channel}" : ""));
        return new CaptionLiveOutput(new CaptionBoard(Terminal.OpenScreen(), [.. columns]));
    }
}
