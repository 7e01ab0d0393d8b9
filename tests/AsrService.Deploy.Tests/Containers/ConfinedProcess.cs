using System.Diagnostics;

namespace AsrService.Deploy.Tests.Containers;

/// <summary>
/// The image's program as it runs in a container: by its entry point and environment, as the image's user, and with one
/// folder that it may write to. Where the tests may mount, the rest of the file system is read-only; elsewhere it belongs
/// to somebody else.
/// </summary>
internal static class ConfinedProcess
{
    // $1: the writable folder; then the program. Mounted upon itself, the folder is a mount of its own and stays writable.
    private const string ReadOnlyRoot =
        "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro / && shift && exec \"$@\"";

    /// <summary>Whether all but the temporary folder is read-only, rather than somebody else's.</summary>
    public static bool IsReadOnly => Environment.UserName == "root" && MayMount();

    public static ProcessStartInfo Start(PublishedImage image, string[] arguments, IEnumerable<(string Name, string Value)> settings)
    {
        string[] entry = DockerfileTests.Command(Dockerfile.Last("ENTRYPOINT").Arguments);
        string[] command = [entry[0], .. entry[1..].Select(part => part.Replace("/app", image.App, StringComparison.Ordinal)), .. arguments];
        string[] confined = Confine(image, command);
        var start = new ProcessStartInfo(confined[0], confined[1..])
        {
            WorkingDirectory = image.App,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = (start.Environment["PATH"], DotnetRoot: Environment.GetEnvironmentVariable("DOTNET_ROOT"));
        start.Environment.Clear(); // of ours, which a container does not have
        start.Environment["PATH"] = path.Item1;
        if (path.DotnetRoot is not null) start.Environment["DOTNET_ROOT"] = path.DotnetRoot;
        foreach (var (name, value) in Dockerfile.Environment) start.Environment[name] = value.Replace("/app", image.App, StringComparison.Ordinal);
        start.Environment["TMPDIR"] = image.Temporary;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }

    public static string[] Confine(PublishedImage image, string[] command)
    {
        if (Environment.UserName != "root") return command;
        string[] user = Dockerfile.Last("USER").Arguments.Split(':');
        string[] asUser = ["setpriv", $"--reuid={user[0]}", $"--regid={user[1]}", "--clear-groups", "--no-new-privs", .. command];
        return IsReadOnly ? ["unshare", "--mount", "sh", "-c", ReadOnlyRoot, "sh", image.Temporary, .. asUser] : asUser;
    }

    private static bool MayMount()
    {
        using var tried = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"]) { RedirectStandardError = true })!;
        tried.WaitForExit();
        return tried.ExitCode == 0;
    }
}
