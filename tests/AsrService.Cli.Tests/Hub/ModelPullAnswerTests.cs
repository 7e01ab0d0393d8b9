using Microsoft.AspNetCore.Http;
using Xunit;

namespace AsrService.Cli.Tests.Hub;

/// <summary>Answers of a hub that are no file.</summary>
[Trait("Category", "EndToEnd")]
public sealed class ModelPullAnswerTests : PullFixture
{
    [Theory]
    [InlineData(404, "", ExitCodes.Usage, "no such model or revision")]
    [InlineData(401, "", ExitCodes.Usage, "does not exist on the hub, or is not public (401)")]
    [InlineData(403, "", ExitCodes.Usage, "is not public (403)")]
    [InlineData(410, "", ExitCodes.ServiceFailed, "answers 410")]
    [InlineData(500, "", ExitCodes.ServiceFailed, "answers 500")]
    [InlineData(429, "", ExitCodes.ServiceFailed, "answers 429")]
    [InlineData(429, "3600", ExitCodes.ServiceFailed, "asked again in 3600 s")]
    public async Task Run_Refused_IsSaid(int status, string retryAfter, int exitCode, string expected)
    {
        foreach (string refused in new[] { "", Weights })
        {
            await using var hub = await StartAsync();
            hub.Answer = (context, name, _) =>
            {
                if (name != refused) return Task.FromResult(false);
                context.Response.StatusCode = status;
                context.Response.Headers.RetryAfter = retryAfter;
                return Task.FromResult(true);
            };

            var fault = await FailAsync(hub);

            Assert.Equal(exitCode, fault.ExitCode);
            Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory, InlineData(500, ""), InlineData(503, ""), InlineData(429, "1")]
    public async Task Run_RefusedForAWhile_IsTriedAgain(int status, string retryAfter)
    {
        await using var hub = await StartAsync();
        hub.Answer = (context, _, before) =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            if (before == 0) context.Response.StatusCode = status;
            return Task.FromResult(before == 0);
        };

        await PullAsync(hub);

        AssertInstalled(hub);
    }

    [Theory, InlineData("/cdn/", true), InlineData("/base/" + FakeHub.Repository + "/resolve/main/", false)]
    public async Task Run_Redirected_IsFollowedSomeWay(string to, bool isGood)
    {
        await using var hub = await StartAsync();
        hub.Answer = (context, name, _) =>
        {
            bool isRedirected = name.Length > 0 && !context.Request.Path.StartsWithSegments("/cdn", StringComparison.Ordinal);
            if (isRedirected) context.Response.Redirect(to + name);
            return Task.FromResult(isRedirected);
        };

        if (isGood)
        {
            await PullAsync(hub);
            AssertInstalled(hub);
        }
        else
        {
            Assert.Contains("redirection", (await FailAsync(hub)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("../config.json"), InlineData("/etc/passwd"), InlineData("a/../../b"), InlineData("a\\..\\b"), InlineData("c:x"), InlineData("")]
    public async Task Run_NameOutsideOfTheModel_IsRefused(string name)
    {
        await using var hub = await StartAsync();
        hub.Listed = hub.Files.Select(file => FakeHub.Entry(file.Key, file.Value)).Append(FakeHub.Entry(name, [1]));

        var fault = await FailAsync(hub);

        Assert.Contains("names a file outside of the model", fault.Message, StringComparison.Ordinal);
        Assert.All(hub.Requests, request => Assert.Equal("", request.File));
    }

    [Theory]
    [InlineData("config.json", 1L << 40), InlineData("model.safetensors", 1L << 50), InlineData("model.safetensors", -1L)]
    public async Task Run_ImpossibleSize_IsRefused(string name, long size)
    {
        await using var hub = await StartAsync();
        hub.Listed = hub.Files.Where(file => file.Key != name).Select(file => FakeHub.Entry(file.Key, file.Value))
            .Append(new { type = "file", oid = new string('0', 40), size, path = name });

        Assert.Equal(ExitCodes.ServiceFailed, (await FailAsync(hub)).ExitCode);
    }

    [Theory, InlineData("{}"), InlineData("<html>"), InlineData("[{\"type\":\"file\"}]"), InlineData("[{\"type\":\"file\",\"path\":\"a\",\"size\":1,\"oid\":\"x\"}]")]
    public async Task Run_NoList_IsSaid(string answer)
    {
        await using var hub = await StartAsync();
        hub.Answer = async (context, _, _) =>
        {
            await context.Response.WriteAsync(answer);
            return true;
        };

        Assert.Contains("is no list of files", (await FailAsync(hub)).Message, StringComparison.Ordinal);
    }
}
