using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.WebRtc;

public sealed class WebRtcCallTests
{
    [Fact]
    public async Task A_page_gets_the_answer_of_the_service_byte_for_byte_and_a_location()
    {
        await using var app = await TestApp.StartAsync(app => app.MapRealtimeWebRtc(TestApp.Call, "waiter").RequireAuthorization());

        using var response = await app.OfferAsync();

        response.StatusCode.Should().Be(HttpStatusCode.Created);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/sdp");
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        response.Headers.Location!.OriginalString.Should().StartWith($"{TestApp.Call}/");
        (await response.Content.ReadAsStringAsync()).Should().StartWith("v=0\r\n").And.EndWith("\r\n");
        var call = app.Emulator.Calls.Single();
        response.Headers.Location.OriginalString.Should().NotContain(call.Id);
        response.Headers.Select(header => header.Key).Should().BeSubsetOf(["Location", "Cache-Control", "Date", "Server", "Transfer-Encoding"]);
    }

    [Fact]
    public async Task A_function_runs_on_the_server_with_the_user_and_the_state_of_the_request()
    {
        var cooked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var turns = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(
            app => app.MapRealtimeWebRtc(TestApp.Call, "waiter", new()
            {
                Prepare = (http, options, _) => new(options with { State = http.Request.ContentType }),
                Run = async (conversation, stop) =>
                {
                    await foreach (var update in conversation.ReadUpdatesAsync(stop))
                    {
                        if (update is TurnUpdate { Turn: { IsComplete: true, Role: TurnRole.Agent } turn })
                            turns.TrySetResult(turn.Text);
                    }
                },
            }).RequireAuthorization(),
            waiter: agent => agent.AddFunction("cook", "Cooks.", (call, _) =>
            {
                cooked.TrySetResult($"{call.User?.Identity?.Name} {call.GetState<string>()} {call.Services.GetService<IServiceScopeFactory>() is not null}");
                return Task.FromResult("Cooked.");
            }));
        app.Emulator.Model.When("soup").Calls("cook", "{}").Says("Your soup.");

        using var response = await app.OfferAsync();
        var sideband = await app.Emulator.WhenConnectedAsync().WithTimeout();
        await sideband.WhenReceivedAsync<SessionUpdateEvent>(_ => true).WithTimeout();
        await using var page = await JoinAsPageAsync(app);
        await page.SendTextAsync("A soup, please.");
        await page.CreateResponseAsync();

        (await cooked.Task.WithTimeout()).Should().Be("ann application/sdp True");
        (await turns.Task.WithTimeout()).Should().Be("Your soup.");
    }

    /// <summary>Connects to the call as its page: the emulator's calls have one session, which all who join share.</summary>
    private static async Task<RealtimeConnection> JoinAsPageAsync(TestApp app)
    {
        using var client = app.Emulator.CreateClient();
        return await client.ConnectAsync(new RealtimeConnectOptions { CallId = app.Emulator.Calls.Single().Id }).WithTimeout();
    }
}
