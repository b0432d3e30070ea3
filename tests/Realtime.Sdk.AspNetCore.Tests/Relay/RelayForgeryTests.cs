using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Tests.Endpoints;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>
/// A page that tries to get forbidden events past the relay, between allowed ones. Judged by what the service has received. A failure prints its seed, which REALTIME_SDK_SEED
/// repeats; 5,000 events, 50,000 with REALTIME_SDK_EXHAUSTIVE=1.
/// </summary>
public sealed class RelayForgeryTests
{
    private const int PerConnection = 250, Leaks = 300;

    private const string Last = """{"type":"unknown","event_id":"last"}""";

    private static readonly int Events = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 50_000 : 5_000;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("REALTIME_SDK_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount;

    [Fact]
    public async Task Nothing_forbidden_reaches_the_service_and_everything_allowed_does()
    {
        await using var app = await StartAsync();
        var (forged, allowed) = (new ForgedEvents(Seed), new AllowedEvents(Seed));
        var descriptions = new List<string>();

        for (var sent = 0; sent < Events; sent += PerConnection)
            await AttackAsync(app, forged, allowed, PerConnection, descriptions, endsWithInvalidText: true);

        descriptions.Should().HaveCount(Events);
        await app.WhenEmptyAsync();
    }

    [Fact]
    public async Task Nothing_of_what_is_refused_is_logged_or_echoed()
    {
        using var observations = new Observations();
        await using var app = await StartAsync(LogLevel.Trace);

        await AttackAsync(app, new(Seed), new(Seed), Leaks, [], endsWithInvalidText: false);

        await app.WhenEmptyAsync();
        var entries = app.Logs.GetSnapshot();
        entries.Should().Contain(entry => entry.Level == LogLevel.Trace).And.Contain(entry => entry.Id.Id == 210);
        entries.Select(entry => $"{entry.Message} {entry.Exception} {string.Join(' ', entry.StructuredState ?? [])}").Should().NotContain(text => text.Contains(ForgedEvents.Canary), "the seed is {0}", Seed);
        observations.Tags.Should().NotContain(tag => tag.Contains(ForgedEvents.Canary), "the seed is {0}", Seed).And.Contain("realtime.relay.refused_events realtime.event.type=session.update");
    }

    /// <summary>Sends forbidden and allowed events over one connection, and checks what the service and the page have received.</summary>
    private static async Task AttackAsync(TestApp app, ForgedEvents forged, AllowedEvents allowed, int count, List<string> descriptions, bool endsWithInvalidText)
    {
        await using var page = await RelayClient.ConnectAsync(app);
        var session = app.Emulator.Sessions[^1];
        var errors = CollectErrorsAsync(page);
        var expected = new List<JsonObject>();
        var random = new Random(Seed);
        for (var i = 0; i < count; i++)
        {
            if (random.Next(3) == 0)
                expected.Add(await SendAllowedAsync(page, allowed));
            var next = forged.Create();
            descriptions.Add(next.Description);
            await SendAsync(page, next);
        }
        expected.Add(await SendAllowedAsync(page, allowed));
        await page.SendAsync(Last);
        var refusals = await errors.WithTimeout();
        var received = await WhenReceivedAsync(session, expected.Count);
        if (endsWithInvalidText)
            await page.SendAsync(forged.CreateInvalidText());
        else
            await page.CloseAsync();
        await session.Completion.WithTimeout();

        for (var i = 0; i < received.Count; i++)
        {
            PolicyOracle.FindFault(received[i]).Should().BeNull("the seed is {0}, and the service must not receive {1}", Seed, JsonNode.Parse(received[i].Span)!.ToJsonString());
            JsonNode.DeepEquals(JsonNode.Parse(received[i].Span), expected[i]).Should()
                .BeTrue("the seed is {0}, and the event must be {1} instead of {2}", Seed, expected[i].ToJsonString(), JsonNode.Parse(received[i].Span)!.ToJsonString());
        }
        session.Received.Should().HaveCount(expected.Count + 1, "the seed is {0}", Seed);
        refusals.Should().HaveCount(count + 1, "the seed is {0}", Seed);
        refusals.Should().OnlyContain(error => IsSafe(error), "the seed is {0}", Seed);
    }

    private static async Task<JsonObject> SendAllowedAsync(RelayClient page, AllowedEvents allowed)
    {
        var (bytes, expected) = allowed.Create();
        await page.SendAsync(bytes);
        return expected;
    }

    private static async Task SendAsync(RelayClient page, ForgedEvent forged)
    {
        if (!forged.InFragments)
        {
            await page.SendAsync(forged.Bytes);
            return;
        }
        for (var i = 0; i < forged.Bytes.Length; i++)
            await page.Socket.SendAsync(forged.Bytes.AsMemory(i, 1), WebSocketMessageType.Text, i == forged.Bytes.Length - 1, CancellationToken.None).AsTask().WithTimeout();
    }

    /// <summary>Reads the errors up to that of the last event.</summary>
    private static async Task<IReadOnlyList<JsonElement>> CollectErrorsAsync(RelayClient page)
    {
        var errors = new List<JsonElement>();
        while (errors is not [.., { } last] || !last.TryGetProperty("event_id", out var id) || id.GetString() != "last")
            errors.Add((await page.WhenAsync("error")).GetProperty("error"));
        return errors;
    }

    private static bool IsSafe(JsonElement error) =>
        error.GetProperty("type").GetString() == "invalid_request_error" && error.GetProperty("code").GetString() == "relay_refused" && error.GetProperty("message").GetString() is { Length: > 10 } message
        && !message.Contains(ForgedEvents.Canary) && error.EnumerateObject().All(member => member.Name is "type" or "code" or "message" or "event_id");

    /// <summary>Returns what the service has received after the session was configured.</summary>
    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> WhenReceivedAsync(EmulatorSession session, int count)
    {
        using var deadline = new CancellationTokenSource(TestTimeout.Limit);
        while (session.Received.Count < count + 1 && !deadline.IsCancellationRequested)
            await Task.Yield();
        return [.. session.Received.Skip(1).Select(message => message.Bytes)];
    }

    private static async Task<TestApp> StartAsync(LogLevel level = LogLevel.Information)
    {
        var options = new RealtimeEndpointOptions { Relay = new() { MaxRefusedEvents = int.MaxValue, MaxBytesPerSecond = null } };
        var app = await RelayApp.StartAsync(options, build: builder => builder.Logging.SetMinimumLevel(level));
        app.Emulator.OnConnect(ServeAsync);
        return app;
    }

    /// <summary>A service that accepts everything.</summary>
    private static async Task ServeAsync(EmulatorSession session)
    {
        await session.SendSessionCreatedAsync();
        await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
        try
        {
            while (true)
                await session.NextAsync();
        }
        catch (EmulatorExpectationException)
        {
            // The relay has closed the session.
        }
    }
}
