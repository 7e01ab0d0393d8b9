using System.CommandLine;
using System.Text;
using AsrService.Cli;
using AsrService.Cli.Commands;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false); // transcripts are not ASCII, whatever the locale says
using var interrupt = new Interrupt();

var root = new RootCommand("Speech recognition with Qwen3-ASR models, without Python.")
{
    DemoCommand.Create(interrupt.Token),
    TranscribeCommand.Create(interrupt.Token),
    ModelCommand.Create(),
    WerCommand.Create(),
    BenchCommand.Create(),
};
var parsed = root.Parse(args);
int code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
