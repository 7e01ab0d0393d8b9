using Microsoft.IdentityModel.Tokens;
using static AsrService.Hosting.Tests.Auth.GateFixture;

namespace AsrService.Hosting.Tests.Auth;

[Trait("Category", "EndToEnd")]
public class JwtTests(GateFixture gate) : IClassFixture<GateFixture>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Bad => [.. Cases.Keys];

    private static readonly Dictionary<string, (string Caller, string Reason, Func<Tokens, string> Make)> Cases = new()
    {
        ["shared secret"] = ("acme False", "", tokens => tokens.Make()),
        ["curve"] = ("umbrella False", "", tokens => tokens.Make("umbrella", key: tokens.Curve)),
        ["admin"] = ("acme True", "", tokens => tokens.Make(scope: "asr.admin")),
        ["within the clocks' difference"] = ("acme False", "", tokens => tokens.Make(until: TimeSpan.FromSeconds(-10))),
        ["expired"] = ("16 expired", "expired", tokens => tokens.Make(until: -Minute)),
        ["too early"] = ("16 invalid", "not_yet_valid", tokens => tokens.Make(from: Minute)),
        ["without an end"] = ("16 invalid", "bad_token", tokens => tokens.Make(hasEnd: false)),
        ["other audience"] = ("16 invalid", "audience", tokens => tokens.Make(audience: "billing")),
        ["other issuer"] = ("16 invalid", "issuer", tokens => tokens.Make(issuer: "https://evil.example")),
        ["other key"] = ("16 invalid", "signature", tokens => tokens.Make(key: new SymmetricSecurityKey(new byte[32]))),
        ["expired, of another key"] = ("16 invalid", "signature", tokens => tokens.Make(key: new SymmetricSecurityKey(new byte[32]), until: -Minute)),
        ["public key as secret"] = ("16 invalid", "signature", tokens => tokens.MakeConfused()),
        ["changed"] = ("16 invalid", "signature", tokens => tokens.MakeForged()),
        ["algorithm none"] = ("16 invalid", "signature", tokens => tokens.MakeUnsigned("none")),
        ["algorithm NONE"] = ("16 invalid", "signature", tokens => tokens.MakeUnsigned("NONE")),
        ["unsigned"] = ("16 invalid", "signature", tokens => tokens.MakeUnsigned("HS256")),
        ["no tenant"] = ("16 invalid", "tenant", tokens => tokens.Make(null)),
        ["empty tenant"] = ("16 invalid", "tenant", tokens => tokens.Make("")),
        ["tenant with a line break"] = ("16 invalid", "tenant", tokens => tokens.Make("acme\nadmin")),
        ["long tenant"] = ("16 invalid", "tenant", tokens => tokens.Make(new string('a', 129))),
        ["no token"] = ("16 invalid", "bad_token", _ => "a.b.c"),
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Call_WithAToken_IsTakenForWhatItIs(string name)
    {
        var (caller, reason, make) = Cases[name];
        int before = reason.Length == 0 ? 0 : await gate.Host.FailuresAsync(reason);

        var answer = await gate.CallAsync(Stats, ("authorization", "Bearer " + make(gate.Tokens)));

        Assert.Equal(caller, CallerOf(answer));
        if (reason.Length > 0) Assert.Equal(before + 1, await gate.Host.FailuresAsync(reason));
    }

    [Fact]
    public async Task Call_WithATokenAsKey_IsRefused() =>
        Assert.Equal("16 invalid", CallerOf(await gate.CallAsync(Stats, ("x-api-key", gate.Tokens.Make()))));

    [Fact]
    public async Task Log_OfAllThis_HasNoToken()
    {
        foreach (var (_, _, make) in Cases.Values) await gate.CallAsync(Stats, ("authorization", "Bearer " + make(gate.Tokens)));

        string log = string.Join('\n', gate.Host.Log.Lines);
        Assert.DoesNotContain("eyJ", log, StringComparison.Ordinal); // how every token begins
        Assert.DoesNotContain("evil", log, StringComparison.Ordinal);
    }
}
