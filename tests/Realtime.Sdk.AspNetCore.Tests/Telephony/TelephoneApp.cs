using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Tests.Hosting;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>An application that answers telephone calls with the agent "waiter", and callers of the emulator.</summary>
internal sealed class TelephoneApp : IAsyncDisposable
{
    public const string Path = "/openai/webhook", Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly ConcurrentQueue<CallRecord> _records;

    private TelephoneApp(TestApp app, CallWatch watch, ConcurrentQueue<CallRecord> records) => (App, Watch, _records) = (app, watch, records);

    public TestApp App { get; }

    public CallWatch Watch { get; }

    public RealtimeEmulator Emulator => App.Emulator;

    /// <summary>The records of the calls that have ended.</summary>
    public IReadOnlyList<CallRecord> Records => [.. _records];

    public static async Task<TelephoneApp> StartAsync(
        RealtimeEndpointOptions? options = null, Action<RealtimeCallHostOptions>? host = null, Action<WebApplicationBuilder>? build = null, Action<RealtimeAgentBuilder>? waiter = null,
        RealtimeEmulatorOptions? emulation = null, RealtimeAgent? agent = null)
    {
        var (watch, records) = (new CallWatch(), new ConcurrentQueue<CallRecord>());
        options ??= new();
        var onEnded = options.OnEnded;
        options = options with
        {
            OnEnded = (record, cancellationToken) =>
            {
                records.Enqueue(record);
                return onEnded?.Invoke(record, cancellationToken) ?? default;
            },
        };
        var app = await TestApp.StartAsync(
            app => app.MapRealtimeIncomingCalls(Path, agent?.Name ?? "waiter", options),
            builder =>
            {
                builder.Logging.AddProvider(watch);
                builder.Services.AddRealtimeWebhooks(webhooks => webhooks.Secrets.Add(Secret));
                builder.Services.AddRealtimeEndpoints(options => host?.Invoke(options));
                if (agent is not null)
                    builder.Services.AddRealtimeAgent(agent);
                build?.Invoke(builder);
            },
            waiter,
            emulation ?? new() { Model = new() { SpeaksInTones = true } });
        return new(app, watch, records);
    }

    /// <summary>Places a call and returns when its webhook was answered.</summary>
    public Task<EmulatedCaller> CallAsync(Func<EmulatedWebhookOptions, EmulatedWebhookOptions>? webhook = null, EmulatedCallerOptions? caller = null)
    {
        var delivery = new EmulatedWebhookOptions { Url = new(App.Address, Path), Secret = new(Secret) };
        return Emulator.PlaceCallAsync((caller ?? new()) with { Webhook = webhook?.Invoke(delivery) ?? delivery }).WithTimeout();
    }

    /// <summary>Places a call and returns when the agent greets the caller.</summary>
    public async Task<EmulatedCaller> TalkAsync()
    {
        var count = Emulator.Sessions.Count + 1;
        var caller = await CallAsync();
        await WhenTalkingAsync(count);
        return caller;
    }

    /// <summary>Returns when the agent of the last of a number of calls greets the caller.</summary>
    public async Task WhenTalkingAsync(int count = 1)
    {
        var session = await Emulator.WhenConnectedAsync(count).WithTimeout();
        await session.WhenReceivedAsync<ResponseCreateEvent>(_ => true).WithTimeout();
    }

    /// <summary>Posts a body that is signed as the service signs it, and returns the status of the answer.</summary>
    public async Task<HttpStatusCode> DeliverAsync(string body, string id = "wh_1", Action<HttpRequestMessage>? change = null, CancellationToken cancellationToken = default)
    {
        var (bytes, now) = (Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(bytes) };
        request.Headers.Add(RealtimeWebhookSecret.IdHeader, id);
        request.Headers.Add(RealtimeWebhookSecret.TimestampHeader, $"{now.ToUnixTimeSeconds()}");
        request.Headers.Add(RealtimeWebhookSecret.SignatureHeader, new RealtimeWebhookSecret(Secret).Sign(id, now, bytes));
        change?.Invoke(request);
        using var response = await App.Http.SendAsync(request, cancellationToken).WithTimeout();
        return response.StatusCode;
    }

    /// <summary>Returns the records of a number of calls when they have ended.</summary>
    public async Task<IReadOnlyList<CallRecord>> WhenEndedAsync(int count = 1)
    {
        // The place of a call is released, which is a signal, after its record was created.
        await Watch.WhenAsync(() => _records.Count >= count);
        return Records;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        Watch.Dispose();
    }
}
