using System.Text.Json;
using AsrService.TestKit;

namespace AsrService.Deploy.Tests.Containers;

/// <summary>What can be said of the image without building it.</summary>
[Trait("Category", "Unit")]
public class DockerfileTests
{
    [Fact]
    public void Copies_FromTheRepository_ExistAndAreSentToTheBuilder()
    {
        string[] sent = [.. DeployFiles.Read("Dockerfile.dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..])];

        Assert.All(Dockerfile.Copies.SelectMany(copy => copy.Sources), source =>
        {
            Assert.True(Path.Exists(Path.Combine(RepositoryPaths.Root, source)), source);
            Assert.Contains(source, sent);
        });
    }

    [Fact]
    public void Bases_OfAllStages_CanBeReplaced() => Assert.All(
        Dockerfile.Instructions.Where(one => one.Name == "FROM"),
        from => Assert.Contains(
            Dockerfile.Instructions, one => one is { Stage: -1, Name: "ARG" } && "${" + one.Arguments.Split('=')[0] + "}" == from.Words[0]));

    [Fact]
    public void Final_User_IsANumberButNotRoot() =>
        Assert.All(Dockerfile.Last("USER").Arguments.Split(':'), id => Assert.True(int.Parse(id, null) > 0));

    [Fact]
    public void Final_Environment_IsOfSettingsThatExist() => DeployFiles.AssertSettings(Dockerfile.Environment.Keys);

    [Fact]
    public void Final_ExposedPorts_AreThoseListenedOn()
    {
        var listening = Dockerfile.Environment.Where(variable => variable.Key.EndsWith("__Url", StringComparison.Ordinal));

        Assert.Equal(Dockerfile.Last("EXPOSE").Words.Order(), listening.Select(variable => $"{new Uri(variable.Value).Port}").Order());
    }

    [Fact]
    public void Final_HealthCheck_IsTheServersOwnWithoutAShell()
    {
        string check = Dockerfile.Last("HEALTHCHECK").Arguments;
        string[] command = Command(check[check.IndexOf('[', StringComparison.Ordinal)..]);

        Assert.Equal([.. Command(Dockerfile.Last("ENTRYPOINT").Arguments), "health"], command);
        Assert.Contains("--timeout=5s ", check, StringComparison.Ordinal); // which the command knows of
    }

    [Fact]
    public void Final_TemporaryFolder_IsAVolume() =>
        Assert.Equal(Dockerfile.Environment["TMPDIR"], Dockerfile.Last("VOLUME").Arguments);

    internal static string[] Command(string json) => JsonSerializer.Deserialize<string[]>(json)!;
}
