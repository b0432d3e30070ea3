using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>The code of docs/telephone.md, in an application that callers of the emulator call.</summary>
public sealed class TelephoneGuideTests
{
    private const string Blocked = "+14155550666";

    [Fact]
    public async Task The_agent_of_the_guide_greets_and_answers_until_the_caller_hangs_up()
    {
        await using var emulator = await StartEmulatorAsync();
        await using var app = Build(emulator, new());
        await app.StartAsync().WithTimeout();

        var caller = await CallAsync(emulator, app, "/openai/webhook");
        await caller.WhenHeardAsync("Good evening.").WithTimeout();
        await caller.SayAsync("When are you open?").WithTimeout();
        await caller.WhenHeardAsync("from 11 to 22.").WithTimeout();
        caller.HangUp();

        (await caller.WhenEndedAsync().WithTimeout()).EndedBy.Should().Be(EmulatedCallParty.Caller);
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task The_callbacks_of_the_guide_transfer_one_caller_and_reject_another()
    {
        var journal = new Journal();
        await using var emulator = await StartEmulatorAsync();
        await using var app = Build(emulator, journal);
        await app.StartAsync().WithTimeout();

        var blocked = await CallAsync(emulator, app, "/openai/bistro", Blocked);
        var caller = await CallAsync(emulator, app, "/openai/bistro");
        await caller.WhenHeardAsync("Good evening.").WithTimeout();
        caller.Press("0");

        (await caller.WhenEndedAsync().WithTimeout()).ReferredTo.Should().Be("tel:+14155550199");
        blocked.Call.RejectedWith.Should().Be(403);
        var records = new[] { await journal.NextAsync(), await journal.NextAsync() };
        records.Select(record => (record.Outcome, ((Guest?)record.State)?.Number)).Should().Equal((CallOutcome.Rejected, null), (CallOutcome.Transferred, "+14155550123"));
    }

    [Fact]
    public void Its_code_is_the_code_of_this_file()
    {
        var missing = GuideCode.FindMissing("docs/telephone.md", "Telephony/TelephoneGuideTests.cs", out var count);

        count.Should().Be(3);
        missing.Should().BeEmpty();
    }

    private static async Task<RealtimeEmulator> StartEmulatorAsync()
    {
        var emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SpeaksInTones = true } });
        emulator.Model.When("").Says("Good evening.");
        emulator.Model.When("open").Calls("opening_hours", "{}").Says("Daily from 11 to 22.");
        return emulator;
    }

    private static Task<EmulatedCaller> CallAsync(RealtimeEmulator emulator, WebApplication app, string path, string from = "+14155550123") =>
        emulator.PlaceCallAsync(new() { From = from, Webhook = new() { Url = new(app.Urls.Single() + path), Secret = new(TelephoneApp.Secret) } }).WithTimeout();

    private static WebApplication Build(RealtimeEmulator emulator, Journal journal)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Realtime:BaseUrl"] = emulator.BaseUrl.ToString(),
            ["Realtime:ApiKey"] = emulator.ApiKey,
            ["RealtimeWebhooks:Secrets:0"] = TelephoneApp.Secret,
            ["Agents:Waiter:model"] = "gpt-realtime-2.1",
            ["Agents:Waiter:instructions"] = "Take the order. Be brief.",
        });

        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));
        builder.Services.AddRealtimeWebhooks(builder.Configuration.GetSection("RealtimeWebhooks"));
        builder.Services.AddRealtimeEndpoints();
        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter"))
            .AddFunction("opening_hours", "Returns the opening hours.", (_, _) => Task.FromResult("Daily from 11 to 22."));

        var app = builder.Build();
        app.MapRealtimeIncomingCalls("/openai/webhook", "waiter");
        app.MapRealtimeIncomingCalls("/openai/bistro", "waiter", new()
        {
            Prepare = async (http, options, cancellationToken) =>
            {
                var incoming = http.Features.GetRequiredFeature<IRealtimeIncomingCallFeature>();
                var guest = await Guest.FindAsync(incoming.Call.From?.User, cancellationToken);
                if (guest is { IsBlocked: true })
                {
                    incoming.RejectionStatus = 403;
                    return null;
                }
                return options with { State = guest, Budget = new() { Time = TimeSpan.FromMinutes(10) } };
            },
            Run = async (conversation, cancellationToken) =>
            {
                conversation.Respond("Greet the caller with the name of the restaurant.");
                await foreach (var update in conversation.ReadUpdatesAsync(cancellationToken))
                {
                    if (update is KeyUpdate { Key: "0" })
                        await conversation.TransferAsync("tel:+14155550199", cancellationToken);
                }
            },
            OnEnded = (record, cancellationToken) => journal.WriteAsync(record, cancellationToken),
        });
        return app;
    }

    private sealed record Guest(string? Number, bool IsBlocked)
    {
        public static Task<Guest?> FindAsync(string? number, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult<Guest?>(new(number, number == Blocked));
        }
    }

    private sealed class Journal
    {
        private readonly ConcurrentQueue<CallRecord> _records = [];
        private readonly SemaphoreSlim _written = new(0);

        public ValueTask WriteAsync(CallRecord record, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _records.Enqueue(record);
            _written.Release();
            return default;
        }

        public async Task<CallRecord> NextAsync()
        {
            (await _written.WaitAsync(TestTimeout.Limit)).Should().BeTrue();
            return _records.TryDequeue(out var record) ? record : throw new InvalidOperationException("There is no record.");
        }
    }
}
