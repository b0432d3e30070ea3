using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests;

/// <summary>The code of docs/web.md, in one application that has both endpoints.</summary>
public sealed partial class WebGuideTests
{
    [Fact]
    public async Task The_application_of_the_guide_answers_a_page_and_gives_it_a_key()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in a moment.");
        var log = new Updates();
        await using var app = Build(emulator, log);
        await app.StartAsync().WithTimeout();
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        http.DefaultRequestHeaders.Add(TestApp.UserHeader, "ann");

        using var answer = await http.PostAsync("/realtime/call", TestApp.Sdp(Offers.Browser)).WithTimeout();
        var sideband = await emulator.WhenConnectedAsync().WithTimeout();
        await sideband.WhenReceivedAsync<SessionUpdateEvent>(_ => true).WithTimeout();
        using var client = emulator.CreateClient();
        await using (var page = await client.ConnectAsync(new RealtimeConnectOptions { CallId = emulator.Calls.Single().Id }).WithTimeout())
        {
            await page.SendTextAsync("Two soups, please.");
            await page.CreateResponseAsync();
            (await log.WhenAsync<TurnUpdate>(update => update.Turn is { IsComplete: true, Role: TurnRole.Agent }).WithTimeout()).Turn.Text.Should().Be("Two soups. They will be with you in a moment.");
        }
        using var left = await http.DeleteAsync(answer.Headers.Location).WithTimeout();
        using var token = await http.PostAsync("/realtime/token", content: null).WithTimeout();

        answer.StatusCode.Should().Be(HttpStatusCode.Created);
        left.StatusCode.Should().Be(HttpStatusCode.NoContent);
        app.Services.GetRequiredService<Kitchen>().Orders.Should().Equal("2 soup for Ann");
        JsonDocument.Parse(await token.Content.ReadAsStringAsync()).RootElement.EnumerateObject().Select(member => member.Name).Should().Equal("value", "expires_at");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public void Its_code_is_the_code_of_this_file()
    {
        var missing = GuideCode.FindMissing("docs/web.md", "WebGuideTests.cs", out var count);

        count.Should().BeGreaterThan(3);
        missing.Should().BeEmpty();
    }

    private static WebApplication Build(RealtimeEmulator emulator, Updates log)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Realtime:BaseUrl"] = emulator.BaseUrl.ToString(),
            ["Realtime:ApiKey"] = emulator.ApiKey,
            ["Agents:Waiter:model"] = "gpt-realtime-2.1",
            ["Agents:Waiter:instructions"] = "Take the order. Be brief.",
            ["Agents:Reader:model"] = "gpt-realtime-2.1",
            ["Agents:Reader:instructions"] = "Read the news.",
        });
        builder.Services.AddSingleton<Kitchen>();
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, TestApp.HeaderAuthentication>("Test", _ => { });
        builder.Services.AddAuthorization();
        builder.Services.AddRealtimeAgent("reader", builder.Configuration.GetSection("Agents:Reader"));

        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));
        builder.Services.AddRealtimeEndpoints();
        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter"))
            .AddFunction("place_order", "Sends an order to the kitchen.", ShopJson.Default.Order, ShopJson.Default.Receipt,
                (order, call, cancellationToken) => call.Services.GetRequiredService<Kitchen>().CookAsync(order, call.User, cancellationToken));

        var app = builder.Build();
        app.MapRealtimeWebRtc("/realtime/call", "waiter", new()
        {
            Prepare = async (http, options, cancellationToken) => options with
            {
                State = await Guest.LoadAsync(http.User, cancellationToken),
                Budget = new() { Time = TimeSpan.FromMinutes(10) },
            },
            Run = async (conversation, cancellationToken) =>
            {
                await foreach (var update in conversation.ReadUpdatesAsync(cancellationToken))
                    log.Write(update);
            },
        }).RequireAuthorization();
        app.MapRealtimeClientSecrets("/realtime/token", "reader").RequireAuthorization();
        return app;
    }

    /// <summary>The endpoint as the guide first shows it. The other one has options.</summary>
    private static void MapWithoutOptions(WebApplication app)
    {
        app.MapRealtimeWebRtc("/realtime/call", "waiter").RequireAuthorization();
    }

    [Fact]
    public async Task The_endpoint_of_the_guide_without_options_starts()
    {
        await using var app = await TestApp.StartAsync(MapWithoutOptions);

        using var response = await app.OfferAsync();

        response.StatusCode.Should().Be(HttpStatusCode.Created);
    }

    internal sealed record Order([property: JsonPropertyName("dish")] string Dish, [property: JsonPropertyName("count")] int Count);

    internal sealed record Receipt([property: JsonPropertyName("ready_in")] string ReadyIn);

    private sealed record Guest(string Name)
    {
        public static Task<Guest> LoadAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => Task.FromResult(new Guest(user.Identity!.Name!));
    }

    private sealed class Kitchen
    {
        public ConcurrentQueue<string> Orders { get; } = new();

        public Task<Receipt> CookAsync(Order order, ClaimsPrincipal? user, CancellationToken cancellationToken)
        {
            Orders.Enqueue($"{order.Count} {order.Dish} for {char.ToUpperInvariant(user!.Identity!.Name![0])}{user.Identity.Name[1..]}");
            return Task.FromResult(new Receipt("10 minutes"));
        }
    }

    /// <summary>The log of the application, for which a test can wait.</summary>
    private sealed class Updates
    {
        private readonly Lock _lock = new();
        private readonly List<ConversationUpdate> _updates = [];
        private readonly List<(Func<ConversationUpdate, bool> IsWanted, TaskCompletionSource<ConversationUpdate> Seen)> _waiting = [];

        public void Write(ConversationUpdate update)
        {
            lock (_lock)
            {
                _updates.Add(update);
                foreach (var (_, seen) in _waiting.Where(waiting => waiting.IsWanted(update)))
                    seen.TrySetResult(update);
            }
        }

        public async Task<T> WhenAsync<T>(Func<T, bool> isWanted) where T : ConversationUpdate
        {
            var seen = new TaskCompletionSource<ConversationUpdate>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                if (_updates.OfType<T>().FirstOrDefault(isWanted) is { } known)
                    return known;
                _waiting.Add((update => update is T wanted && isWanted(wanted), seen));
            }
            return (T)await seen.Task;
        }
    }

    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Receipt))]
    internal sealed partial class ShopJson : JsonSerializerContext;
}
