using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>A page that is connected through a relay to a service, which accepts everything unless a test scripts it.</summary>
internal sealed class RelayLine : IAsyncDisposable
{
    private int _probes;

    private RelayLine(TestApp app, RelayClient page, EmulatorSession session) => (App, Page, Session) = (app, page, session);

    public TestApp App { get; }

    public RelayClient Page { get; }

    public EmulatorSession Session { get; }

    public static async Task<RelayLine> StartAsync(
        RealtimeRelayOptions? relay = null, Func<EmulatorSession, Task>? serve = null, RealtimeEndpointOptions? options = null, Action<WebApplicationBuilder>? build = null)
    {
        var app = await RelayApp.StartAsync((options ?? new()) with { Relay = relay }, build: build);
        try
        {
            app.Emulator.OnConnect(async session =>
            {
                await BeginAsync(session);
                await (serve ?? AcceptAsync)(session);
            });
            return new(app, await RelayClient.ConnectAsync(app), app.Emulator.Sessions[^1]);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins a session as the service does.</summary>
    public static async Task BeginAsync(EmulatorSession session)
    {
        await session.SendSessionCreatedAsync();
        await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
    }

    /// <summary>Accepts everything until the relay closes the session.</summary>
    public static async Task AcceptAsync(EmulatorSession session)
    {
        try
        {
            while (true)
                await session.NextAsync();
        }
        catch (EmulatorExpectationException)
        {
        }
    }

    /// <summary>Sends messages of the page. Returns the errors that it got, and all that the service has received since the session was configured.</summary>
    public async Task<(IReadOnlyList<JsonElement> Errors, IReadOnlyList<JsonElement> Received)> SendAsync(params string[] messages)
    {
        foreach (var message in messages)
            await Page.SendAsync(message);

        // Both sides receive in order, so nothing can follow the last event and the last error.
        var probe = $"probe_{++_probes}";
        await Page.SendAsync($$"""{"type":"input_audio_buffer.append","event_id":"{{probe}}","audio":"AAAA"}""");
        await Page.SendAsync($$"""{"type":"unknown","event_id":"{{probe}}"}""");
        await Session.WhenReceivedAsync<InputAudioBufferAppendEvent>(append => append.EventId == $"relay_{probe}").WithTimeout();
        var errors = new List<JsonElement>();
        while (true)
        {
            var error = (await Page.WhenAsync("error")).GetProperty("error");
            if (error.TryGetProperty("event_id", out var id) && id.GetString() == probe)
                break;
            errors.Add(error);
        }
        return (errors, [.. Session.Received.Skip(1).Where(message => !message.Text.Contains("\"relay_probe_", StringComparison.Ordinal)).Select(message => JsonElement.Parse(message.Bytes.Span))]);
    }

    public async ValueTask DisposeAsync()
    {
        await Page.DisposeAsync();
        await App.DisposeAsync();
    }
}
