using System.Text.RegularExpressions;

namespace AsrService.Cli.Hub;

/// <summary>A model on a hub, at a revision.</summary>
/// <param name="Owner">Who publishes it.</param>
/// <param name="Name">The model, and the folder it is put into.</param>
/// <param name="Revision">Branch, tag or commit.</param>
internal sealed partial record ModelReference(string Owner, string Name, string Revision)
{
    /// <summary>What is downloaded where no revision is asked for.</summary>
    public const string DefaultRevision = "main";

    /// <summary>As a hub calls it.</summary>
    public string Repository => $"{Owner}/{Name}";

    /// <exception cref="UsageException">One of them cannot be a name.</exception>
    public static ModelReference Parse(string repository, string? revision)
    {
        string[] parts = repository.Split('/');
        if (parts.Length != 2 || !parts.All(part => NamePattern().IsMatch(part)))
            throw new UsageException($"REPO: expected OWNER/NAME, as in Qwen/Qwen3-ASR-0.6B, found \"{OneLine.Of(repository)}\".");
        string wanted = revision ?? DefaultRevision;
        if (!RevisionPattern().IsMatch(wanted))
            throw new UsageException($"--revision: expected a branch, tag or commit, found \"{OneLine.Of(wanted)}\".");
        return new ModelReference(parts[0], parts[1], wanted);
    }

    public override string ToString() => $"{Repository} at {Revision}";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9_-]|[./](?![./])){0,199}\z")]
    private static partial Regex RevisionPattern();
}
