using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace AsrService.Cli;

/// <summary>Says in one line what is wrong with a command line; the parser's own way is a page of help on stdout.</summary>
internal static class UsageErrors
{
    /// <summary>The line, or null when the command line is right or asks for help.</summary>
    public static string? Find(ParseResult parsed)
    {
        var own = parsed.CommandResult.Command.Action;
        bool isForHelp = parsed.Action is not (null or ParseErrorAction) && parsed.Action != own;
        if (isForHelp) return null;
        string? error = Describe(parsed);
        string path = PathOf(parsed.CommandResult);
        return error is null ? null : $"{path}: {error} See '{path} --help'.";
    }

    private static string? Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (FindUnknownOption(parsed) is { } option)
            return $"there is no option {option} (a file or text that begins with a dash goes after \"--\").";
        if (parsed.UnmatchedTokens is [var unmatched, ..])
        {
            return command.Subcommands.Count > 0
                ? $"expected a command ({Names(command)}), found \"{unmatched}\"."
                : $"there is no place for \"{unmatched}\".";
        }
        if (parsed.Errors.Count == 0) return null;
        if (command.Subcommands.Count > 0 && command.Action is null)
            return $"expected a command ({Names(command)}), found none.";

        var missing = command.Arguments.FirstOrDefault(
            argument => parsed.GetResult(argument) is null or { Tokens.Count: 0 });
        return missing is not null ? $"expected {missing.Name}, found none." : OneLine.Of(parsed.Errors[0].Message);
    }

    /// <summary>
    /// A word before "--" that looks like an option and was taken for an argument, as the parser does where one fits.
    /// </summary>
    private static string? FindUnknownOption(ParseResult parsed)
    {
        var words = parsed.CommandResult.Command.Arguments
            .SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
            .Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .ToList();
        int afterDashes = parsed.Tokens.Reverse().TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        bool hasDashes = afterDashes < parsed.Tokens.Count;
        return words.SkipLast(hasDashes ? afterDashes : 0).FirstOrDefault(LooksLikeOption);
    }

    private static bool LooksLikeOption(string word) =>
        word.Length > 1 && word[0] == '-' && (char.IsAsciiLetter(word[1]) || (word[1] == '-' && word.Length > 2));

    private static string Names(Command command) =>
        string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "asr";
}
