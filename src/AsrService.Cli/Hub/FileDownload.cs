using AsrService.Cli.Service;

namespace AsrService.Cli.Hub;

/// <summary>Brings one file of a model, from where an earlier attempt, or an earlier process, left off.</summary>
/// <remarks>
/// What came so far is in a file beside, whose name has the checksum: another version of the file never goes on from it.
/// Absent ──▶ NAME.CHECKSUM.part, growing ──checksum right──▶ NAME; ──wrong──▶ Absent.
/// </remarks>
/// <param name="hub">Where from.</param>
/// <param name="model">Of which model.</param>
/// <param name="file">Which.</param>
/// <param name="path">Where to.</param>
/// <param name="report">Told how many bytes are there, whenever that changes.</param>
internal sealed class FileDownload(HubClient hub, ModelReference model, HubFile file, string path, Action<long> report)
{
    private const int BufferBytes = 256 * 1024;
    private const long WorthGoingOn = 1 << 20; // so much in one attempt, and the next is no repetition of a failure
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly string _part = PartOf(path, file);

    /// <summary>The name under which a file grows.</summary>
    public static string PartOf(string path, HubFile file) => $"{path}.{file.Checksum[..16]}.part";

    /// <summary>Returns when the file is there and right.</summary>
    /// <exception cref="ServiceException">It cannot be had, or not be written.</exception>
    public async Task RunAsync(HubRetry retry, CancellationToken cancellation)
    {
        if (File.Exists(path) && await file.IsSameAsync(path, cancellation))
        {
            report(file.Size);
            return;
        }

        while (!await retry.RunAsync(AttemptAsync, cancellation))
        {
            // The connection broke, but had brought much.
        }
    }

    private async ValueTask<bool> AttemptAsync(CancellationToken cancellation)
    {
        long before = PartLength();
        try
        {
            if (before < file.Size || before == 0)
                CheckLength(await HubFaults.GuardAsync(file.Path, () => FetchAsync(before, cancellation), cancellation));
        }
        catch (HubRetryException) when (PartLength() - before >= WorthGoingOn)
        {
            return false;
        }

        if (!await file.IsSameAsync(_part, cancellation))
        {
            StartAgain();
            throw new HubRetryException($"{file.Path}: what came has another checksum than the hub lists.");
        }

        File.Move(_part, path, overwrite: true);
        return true;
    }

    private long PartLength() => new FileInfo(_part) is { Exists: true } part ? part.Length : 0;

    private void CheckLength(long length)
    {
        if (length < file.Size) throw new HubRetryException($"{file.Path}: ended after {length} of {file.Size} bytes.");
        if (length == file.Size) return;
        StartAgain();
        throw new HubRetryException($"{file.Path}: more comes than the {file.Size} bytes that the hub lists.");
    }

    /// <returns>How much of the file is there; a byte too much is not read further.</returns>
    private async Task<long> FetchAsync(long from, CancellationToken cancellation)
    {
        using var answer = await hub.OpenAsync(model, file, from, cancellation);
        from = StartOf(answer, from);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        await using var part = new PartFile(_part, from);
        byte[] buffer = new byte[BufferBytes];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            report(from);
            limit.CancelAfter(LongestPause);
            int count = await body.ReadAsync(buffer, limit.Token);
            if (count == 0 || from + count > file.Size)
            {
                part.Finish();
                return from + count;
            }

            from += count;
            await part.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
    }

    /// <summary>Where the answer's bytes belong.</summary>
    private long StartOf(HttpResponseMessage answer, long asked)
    {
        var range = answer.Content.Headers.ContentRange;
        bool isPart = answer.StatusCode == System.Net.HttpStatusCode.PartialContent;
        bool isAsked = isPart ? asked > 0 && range?.From == asked && (range.Length ?? file.Size) == file.Size : range is null;
        long start = isPart ? asked : 0;
        bool hasLength = answer.Content.Headers.ContentLength is not { } length || length == file.Size - start;
        if (isAsked && hasLength) return start;
        StartAgain();
        throw new HubRetryException($"{file.Path}: the hub announces another length than the {file.Size} bytes that it lists.");
    }

    private void StartAgain()
    {
        File.Delete(_part);
        report(0);
    }
}
