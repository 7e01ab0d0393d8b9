using System.Diagnostics;
using System.Net.Sockets;
using AsrService.Hosting;
using AsrService.TestKit;

namespace AsrService.Server.Tests.Transcriber.Resuming;

/// <summary>nginx or HAProxy with the configuration of deploy/, its addresses replaced by those of a test.</summary>
internal sealed class ProxyProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <param name="program"><c>nginx</c> or <c>haproxy</c>.</param>
    /// <param name="instances">Two.</param>
    public ProxyProcess(string program, params ServerAddresses[] instances)
    {
        Tools.Require(program);
        string[] arguments = program == "nginx" ? Nginx(instances) : HaProxy(instances);
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public string Address => $"http://127.0.0.1:{_port}";

    /// <summary>Waits until it listens.</summary>
    public async Task ListeningAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await turns.WaitForNextTickAsync(patience.Token))
        {
            if (_process.HasExited) Assert.Fail(await _errors);
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(System.Net.IPAddress.Loopback, _port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                // It is starting.
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private string[] Nginx(ServerAddresses[] instances)
    {
        string site = Replaced(
            Path.Combine("nginx", "asr.conf"),
            ("listen 50051 http2;", $"listen 127.0.0.1:{_port} http2;"),
            ("10.0.0.11:50051", instances[0].Grpc.Authority),
            ("10.0.0.12:50051", instances[1].Grpc.Authority));
        string temporary = string.Concat(
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(name => $"{name}_temp_path {_folder.At(name)}; "));
        string main = $"pid {_folder.At("pid")}; daemon off; master_process off; error_log stderr; "
            + $"events {{ worker_connections 1024; }} http {{ access_log off; {temporary} include {site}; }}";
        return ["-p", _folder.Path, "-c", Written("nginx.conf", main), "-e", "stderr"];
    }

    private string[] HaProxy(ServerAddresses[] instances) =>
    [
        "-db", "-f", Replaced(
            Path.Combine("haproxy", "haproxy.cfg"),
            ("bind :50051 proto h2", $"bind 127.0.0.1:{_port} proto h2"),
            ("10.0.0.11:50051 check check-proto h1 port 8000", Checked(instances[0])),
            ("10.0.0.12:50051 check check-proto h1 port 8000", Checked(instances[1]))),
    ];

    private static string Checked(ServerAddresses instance) => $"{instance.Grpc.Authority} check check-proto h1 port {instance.Http.Port}";

    private string Replaced(string file, params ReadOnlySpan<(string From, string To)> changes)
    {
        string text = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "deploy", file));
        foreach (var (from, to) in changes)
        {
            Assert.Equal(2, text.Split(from).Length); // once
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        return Written(Path.GetFileName(file), text);
    }

    private string Written(string name, string text)
    {
        File.WriteAllText(_folder.At(name), text);
        return _folder.At(name);
    }
}
