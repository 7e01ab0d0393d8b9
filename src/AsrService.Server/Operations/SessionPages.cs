using System.Buffers.Text;
using System.Text;
using AsrService.Contracts.V1;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Server.Operations;

/// <summary>
/// Cuts the list of sessions into pages, oldest first. A token names the last session of its page, so pages stay in step
/// while sessions come and go.
/// </summary>
internal static class SessionPages
{
    private const int DefaultSize = 100, MaxSize = 1000;
    private const int MaxIdBytes = 64;
    private const byte Version = 1;

    private static readonly Comparer<(long Ticks, string Id)> ByAge = Comparer<(long Ticks, string Id)>.Create(
        (a, b) => a.Ticks != b.Ticks ? a.Ticks.CompareTo(b.Ticks) : string.CompareOrdinal(a.Id, b.Id));

    /// <exception cref="Grpc.Core.RpcException">The request asks for what is not there.</exception>
    public static ListSessionsResponse Take(
        ListSessionsRequest request, IEnumerable<(SessionProfile Profile, SessionStanding Standing)> sessions)
    {
        var violations = new Violations();
        if (request.PageSize > MaxSize)
            violations.At("page_size").Refuse($"{request.PageSize} is not in 1 to {MaxSize}.");
        var after = (Ticks: long.MinValue, Id: "");
        if (request.PageToken.Length > 0 && !TryReadToken(request.PageToken, out after))
            violations.At("page_token").Refuse($"is not one of this service.");
        violations.ThrowIfAny();

        int size = request.PageSize == 0 ? DefaultSize : (int)request.PageSize;
        var rest = sessions.DistinctBy(session => session.Profile.Id) // one may be changing sides
            .Where(session => ByAge.Compare(KeyOf(session.Profile), after) > 0)
            .OrderBy(session => KeyOf(session.Profile), ByAge)
            .Take(size + 1)
            .ToArray();
        var page = new ListSessionsResponse { Sessions = { rest.Take(size).Select(session => ToMessage(session.Profile, session.Standing)) } };
        if (rest.Length > size) page.NextPageToken = WriteToken(KeyOf(rest[size - 1].Profile));
        return page;
    }

    private static SessionInfo ToMessage(SessionProfile profile, SessionStanding standing) => new()
    {
        SessionId = profile.Id,
        ClientRequestId = profile.ClientRequestId,
        Tenant = profile.Tenant,
        Peer = profile.Peer,
        Model = profile.Model,
        AudioFormat = profile.Format,
        State = standing.State,
        StartTime = Timestamp.FromDateTimeOffset(profile.Began),
        Cursors = new Cursors
        {
            Received = Duration.FromTimeSpan(standing.Cursors.Received),
            Processed = Duration.FromTimeSpan(standing.Cursors.Processed),
            Final = Duration.FromTimeSpan(standing.Cursors.Final),
            AckedSequence = (ulong)standing.Acked,
        },
        Lag = Duration.FromTimeSpan(standing.Lag),
        Resumes = profile.Resumes,
    };

    private static (long Ticks, string Id) KeyOf(SessionProfile profile) => (profile.Began.UtcTicks, profile.Id);

    private static string WriteToken((long Ticks, string Id) key)
    {
        byte[] token = [Version, .. BitConverter.GetBytes(key.Ticks), .. Encoding.ASCII.GetBytes(key.Id)];
        return Base64Url.EncodeToString(token);
    }

    private static bool TryReadToken(string text, out (long Ticks, string Id) key)
    {
        const int header = 1 + sizeof(long);
        key = default;
        Span<byte> token = stackalloc byte[header + MaxIdBytes];
        if (text.Length > Base64Url.GetEncodedLength(token.Length) || !Base64Url.IsValid(text)) return false;
        if (!Base64Url.TryDecodeFromChars(text, token, out int count) || count <= header || token[0] != Version) return false;
        var id = token[header..count];
        key = (BitConverter.ToInt64(token[1..]), Encoding.ASCII.GetString(id));
        return !id.ContainsAnyExceptInRange((byte)'!', (byte)'~');
    }
}
