using System.Net.Http.Headers;
using System.Text.Json;
using AsrService.Cli.Service;

namespace AsrService.Cli.Hub;

/// <summary>The two requests that a hub answers: what a model consists of, and a file of it. Thread-safe.</summary>
/// <param name="address">From <see cref="HubAddress"/>.</param>
internal sealed class HubClient(Uri address) : IDisposable
{
    private const int LargestListing = 8 << 20; // bytes
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    // No overall timeout: a file takes what it takes. Downgrades from https are never followed.
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { MaxAutomaticRedirections = 5, ConnectTimeout = TimeSpan.FromSeconds(15), UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("asr", null) } },
    };

    public void Dispose() => _http.Dispose();

    /// <summary>Files at the top of a model; the product needs none further down.</summary>
    /// <exception cref="HubRetryException">Not now.</exception>
    /// <exception cref="ServiceException">There is no such model, or this is no hub.</exception>
    public Task<IReadOnlyList<HubFile>> ListAsync(ModelReference model, CancellationToken cancellation) =>
        HubFaults.GuardAsync($"{model}", () => ReadListingAsync(model, cancellation), cancellation);

    /// <summary>Asks for a file from some byte on; the caller disposes the answer, which may also be the whole file.</summary>
    /// <inheritdoc cref="ListAsync" path="/exception"/>
    public async Task<HttpResponseMessage> OpenAsync(
        ModelReference model, HubFile file, long from, CancellationToken cancellation)
    {
        string path = $"{model.Repository}/resolve/{Uri.EscapeDataString(model.Revision)}/{Uri.EscapeDataString(file.Path)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
        return await SendAsync($"{model.Repository}/{file.Path}", request, cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(string subject, HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestAnswer);
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        try
        {
            HubFaults.Check(subject, answer);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<IReadOnlyList<HubFile>> ReadListingAsync(ModelReference model, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestAnswer);
        string path = $"api/models/{model.Repository}/tree/{Uri.EscapeDataString(model.Revision)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        using var answer = await SendAsync($"{model}", request, limit.Token);
        await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
        byte[] listing = new byte[LargestListing + 1];
        int length = await body.ReadAtLeastAsync(listing, listing.Length, throwOnEndOfStream: false, limit.Token);
        try
        {
            if (length > LargestListing) throw new FormatException();
            return HubListing.Parse(listing.AsMemory(0, length));
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ServiceException(
                ExitCodes.ServiceFailed, $"{model}: the answer is no list of files; is {address} a model hub?", fault);
        }
    }
}
