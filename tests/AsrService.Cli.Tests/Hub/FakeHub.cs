using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AsrService.Cli.Tests.Hub;

/// <summary>A model hub on a free port of loopback that behaves as a test says.</summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string Repository = "owner/tiny";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _asked = [];
    private readonly ConcurrentQueue<(string File, long From)> _requests = [];

    private FakeHub(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/base/");

    /// <summary>Content by name; as listed unless <see cref="Listed"/> says otherwise.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>What is listed instead of the files; null for the files.</summary>
    public object? Listed { get; set; }

    /// <summary>Answers a request; false for the ordinary answer. Gets the file's name ("" for the list) and how often it was
    /// asked for before.</summary>
    public Func<HttpContext, string, int, Task<bool>> Answer { get; set; } = (_, _, _) => Task.FromResult(false);

    /// <summary>Files asked for, and from which byte on.</summary>
    public IReadOnlyCollection<(string File, long From)> Requests => _requests;

    /// <summary>Starts it with the files of a folder, and two that nobody needs.</summary>
    public static async Task<FakeHub> StartAsync(string? folder = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var hub = new FakeHub(app);
        if (folder is not null)
        {
            foreach (string file in Directory.GetFiles(folder)) hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        }

        hub.Files["README.md"] = "read me"u8.ToArray();
        hub.Files["pytorch_model.bin"] = new byte[1000];
        app.Run(hub.HandleAsync);
        await app.StartAsync();
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>An entry of the list.</summary>
    public static object Entry(string path, byte[] content)
    {
        if (!path.EndsWith(".safetensors", StringComparison.Ordinal))
            return new { type = "file", oid = BlobId(content), size = content.Length, path };
        var lfs = new { oid = Hex(SHA256.HashData(content)), size = content.Length, pointerSize = 134 };
        return new { type = "file", oid = new string('0', 40), size = content.Length, lfs, path };
    }

    /// <summary>Sends so many bytes of a file's ordinary answer, but never the last, then breaks the connection.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The file.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="arrived">Waits until the client has the file up to some length.</param>
    public async Task CutAsync(HttpContext context, string name, int bytes, Func<long, Task> arrived)
    {
        byte[] content = Files[name];
        int from = (int)From(context);
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength = content.Length - from;
        bytes = Math.Min(bytes, content.Length - from - 1);
        await context.Response.Body.WriteAsync(content.AsMemory(from, bytes));
        await context.Response.Body.FlushAsync();
        await arrived(from + bytes);
        context.Abort();
    }

#pragma warning disable CA5350 // Weak, but what git names its blobs by.
    private static string BlobId(byte[] content) =>
        Hex(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);

    private static long From(HttpContext context) => context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;

    private async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        string name = path == $"/base/api/models/{Repository}/tree/main" ? ""
            : path.StartsWith($"/base/{Repository}/resolve/main/", StringComparison.Ordinal) ? path[(path.LastIndexOf('/') + 1)..]
            : path.StartsWith("/cdn/", StringComparison.Ordinal) ? path[5..] : "?";
        _requests.Enqueue((name, From(context)));
        int before = _asked.AddOrUpdate(name, 0, (_, count) => count + 1);
        if (await Answer(context, name, before)) return;
        if (name.Length == 0)
            await context.Response.WriteAsync(JsonSerializer.Serialize(Listed ?? Files.Select(file => Entry(file.Key, file.Value)).Append(
                new { type = "directory", oid = new string('0', 40), size = 0, path = "assets" })));
        else if (Files.TryGetValue(name, out byte[]? content))
            await Results.Bytes(content, enableRangeProcessing: true).ExecuteAsync(context);
        else context.Response.StatusCode = 404;
    }
}
