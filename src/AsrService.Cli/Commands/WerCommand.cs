using System.CommandLine;
using System.Globalization;
using AsrService.Engine.Evaluation;

namespace AsrService.Cli.Commands;

/// <summary><c>asr wer REF HYP</c>: error rate of one text against another.</summary>
internal static class WerCommand
{
    public static Command Create()
    {
        var reference = new Argument<string>("REF") { Description = "File with what was said, or the text itself." };
        var hypothesis = new Argument<string>("HYP") { Description = "File with what was heard, or the text itself." };
        var command = new Command("wer", "Word and character error rate of a text against its reference.")
        {
            reference, hypothesis,
        };
        command.SetAction(parsed =>
        {
            string said = Read("REF", parsed.GetValue(reference)!), heard = Read("HYP", parsed.GetValue(hypothesis)!);
            Print("WER", ErrorRate.OfWords(said, heard), "words");
            Print("CER", ErrorRate.OfCharacters(said, heard), "characters");
            Console.WriteLine($"normalization: {ErrorRate.Normalization}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Read(string name, string fileOrText)
    {
        if (Directory.Exists(fileOrText))
            throw new UsageException($"{name}: expected a file or text, found the folder {fileOrText}.");
        if (File.Exists(fileOrText)) return ReadFile(fileOrText);
        Console.Error.WriteLine($"{name}: there is no file of that name, so it is taken as text.");
        return fileOrText;
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }

    private static void Print(string name, ErrorRate rate, string units)
    {
        string counts = $"{rate.Substitutions} substituted, {rate.Deletions} deleted, {rate.Insertions} inserted";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {100 * rate.Value:F2} % ({rate.Errors} of {rate.Units} {units}: {counts})"));
    }
}
