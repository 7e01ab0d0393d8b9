using System.CommandLine;
using System.Text;
using AsrService.Cli;
using AsrService.Cli.Commands;
using AsrService.Cli.Output;

var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
Console.OutputEncoding = utf8; // transcripts are not ASCII, whatever the locale says
var errors = new StreamWriter(new LenientStream(Console.OpenStandardError()), utf8) { AutoFlush = true };
Console.SetError(TextWriter.Synchronized(errors));
using var interrupt = new Interrupt();

return ExitCodes.Guard(() =>
{
    var root = new RootCommand("Speech recognition with Qwen3-ASR models, without Python.")
    {
        DemoCommand.Create(interrupt.Token),
        TranscribeCommand.Create(interrupt.Token),
        StreamCommand.Create(interrupt.Token),
        AlignCommand.Create(),
        LoadCommand.Create(interrupt.Token),
        LoadServiceCommand.Create(),
        OpsCommand.Create(interrupt.Token),
        ModelCommand.Create(interrupt.Token),
        WerCommand.Create(),
        BenchCommand.Create(),
    };
    var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // a FILE may begin with @
    if (UsageErrors.Find(parsed) is { } error) throw new UsageException(error);
    return parsed.Invoke(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
});
