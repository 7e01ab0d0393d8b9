using AsrService.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace AsrService.Server.Tests;

[Trait("Category", "EndToEnd")]
public class ServerApplicationTests
{
    [Fact]
    public async Task CreateGuest_WithinAnotherProgram_ServesAndLeavesSignalsToIt()
    {
        await using var app = ServerApplication.CreateGuest(ServerProcess.FreePorts);
        await using var alone = ServerApplication.Create(ServerProcess.FreePorts);

        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = ServerAddresses.Of(app).Http };
        string live = await http.GetStringAsync(new Uri("/healthz/live", UriKind.Relative), TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("live\n", live);
        Assert.IsType<ConsoleLifetime>(alone.Services.GetRequiredService<IHostLifetime>());
        Assert.IsNotType<ConsoleLifetime>(app.Services.GetRequiredService<IHostLifetime>());
    }
}
