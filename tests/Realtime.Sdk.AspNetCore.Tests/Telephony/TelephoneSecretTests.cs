using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Tests.Endpoints;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>Keys, numbers and SIP headers of telephone calls appear in no log entry of any level, response, metric or span, however the calls end.</summary>
public sealed class TelephoneSecretTests
{
    private const string ApiKey = "sk-canary-telephone-0123456789abcdef", UpstreamKey = "sk-canary-upstream-telephone-0123", Caller = "14155557701", Called = "14155557702", Manager = "14155557703",
        Header = "canary-sip-header", Name = "CanaryZacharias", Spoken = "canary-spoken", Instructions = "canary-telephone-instructions", State = "canary-telephone-state";

    private static readonly string WebhookSecret = $"whsec_{Convert.ToBase64String("canary-secret-of-the-webhooks"u8)}";

    private static readonly string[] Secrets =
        [ApiKey, UpstreamKey, Caller, Called, Manager, Header, Name, Spoken, Instructions, State, WebhookSecret, WebhookSecret[6..], "canary-secret-of-the-webhooks"];

    /// <summary>The courses of the calls, and whether the application decides on them.</summary>
    private static readonly (string Name, bool IsDecided)[] Scenarios =
    [
        ("forged", false), ("old", false), ("store fails", false), ("Prepare throws", false), ("rejected", true), ("reject fails", false), ("accept 400", true), ("accept 401", true),
        ("accept 500", true), ("Run throws", true), ("transferred", true), ("talks", true), ("OnEnded throws", true),
    ];

    [Fact]
    public async Task Nothing_that_is_secret_or_personal_is_shown()
    {
        using var observations = new Observations();
        var claims = new WatchedClaims();
        var scenario = "";
        var responses = new List<string>();
        await using var app = await TelephoneApp.StartAsync(
            new()
            {
                Prepare = (_, options, _) => scenario switch
                {
                    "Prepare throws" => throw new TimeZoneNotFoundException("The database is broken."),
                    "rejected" or "reject fails" => default,
                    _ => new(options with { State = State, Limits = new() { AttachTimeout = TimeSpan.FromMilliseconds(300) } }),
                },
                Run = async (conversation, stop) =>
                {
                    if (scenario == "Run throws")
                        throw new TimeZoneNotFoundException("The app is broken.");
                    if (scenario == "transferred")
                        await conversation.TransferAsync($"tel:+{Manager}", stop);
                    if (scenario == "talks")
                        await conversation.Respond().Completion.WaitAsync(stop);
                },
                OnEnded = (_, _) => scenario == "OnEnded throws" ? throw new TimeZoneNotFoundException("The journal is broken.") : default,
            },
            build: builder =>
            {
                claims.AddTo(builder);
                builder.Logging.SetMinimumLevel(LogLevel.Trace);
                builder.Services.AddRealtimeWebhooks(webhooks => webhooks.Secrets.Add(WebhookSecret));
            },
            emulation: new() { ApiKey = ApiKey, Model = new() { SpeaksInTones = true } },
            agent: new() { Name = "canary", Session = new() { Model = "gpt-realtime-2.1", Instructions = Instructions } });
        app.Emulator.Model.When("").Says(Spoken);

        foreach (var (name, isDecided) in Scenarios)
        {
            scenario = name;
            Break(app.Emulator, claims, name);
            var count = app.Records.Count;
            var caller = await app.CallAsync(
                webhook => webhook with { Secret = new(WebhookSecret), HasInvalidSignature = name == "forged", TimestampAge = name == "old" ? TimeSpan.FromHours(1) : default },
                new() { From = Caller, To = Called, SipHeaders = [new() { Name = "X-Canary", Value = Header }, new() { Name = "From", Value = $"\"{Name}\" <sip:+{Caller}@example.com>" }] });
            responses.AddRange(caller.Deliveries.Select(delivery => $"{delivery} {delivery.Exception}"));
            caller.Deliveries.Single().IsAcknowledged.Should().Be(isDecided, name);
            if (isDecided)
                await app.WhenEndedAsync(count + 1);
        }
        foreach (var body in new[] { $$$"""{"type":"realtime.call.incoming","data":{"sip_headers":[{"name":"X-Canary","value":"{{{Header}}}{{{Caller}}}"}]}}""", $"no JSON {Caller}" })
            (await app.DeliverAsync(body, $"wh_{body.Length}")).Should().Be(HttpStatusCode.NoContent);
        responses.Add(await PostAsync(app));
        await app.App.App.StopAsync().WithTimeout();

        app.Records.Select(record => record.EndReason).Should().Equal(
            CallEndReason.Rejected, CallEndReason.NotAccepted, CallEndReason.NotAccepted, CallEndReason.NotAccepted, CallEndReason.AppFailed, CallEndReason.Transferred, CallEndReason.Completed,
            CallEndReason.Completed);
        var entries = app.App.Logs.GetSnapshot().Select(SecretScanTests.Print).ToList();
        entries.Should().HaveCountGreaterThan(100).And.Contain(entry => entry.StartsWith("Trace", StringComparison.Ordinal));
        responses.AddRange(app.Records.Select(record => $"{record}"));
        foreach (var secret in Secrets)
        {
            entries.Where(entry => entry.Contains(secret)).Should().BeEmpty("logs must not contain {0}", secret);
            responses.Where(response => response.Contains(secret)).Should().BeEmpty("responses must not contain {0}", secret);
            observations.Tags.Where(tag => tag.Contains(secret)).Should().BeEmpty("metrics and spans must not contain {0}", secret);
        }
    }

    private static void Break(RealtimeEmulator emulator, WatchedClaims claims, string scenario)
    {
        var error = $$"""{ "error": { "type": "invalid_request_error", "code": "{{UpstreamKey}}", "message": "Incorrect API key provided: {{UpstreamKey}} of {{ApiKey}}.", "param": "{{UpstreamKey}}" } }""";
        if (scenario == "store fails")
            claims.Failures = 1;
        if (scenario == "reject fails")
            emulator.RespondNext(500, error);
        if (scenario.StartsWith("accept ", StringComparison.Ordinal))
            emulator.RespondNext(int.Parse(scenario[7..], System.Globalization.CultureInfo.InvariantCulture), error, new Dictionary<string, string> { ["x-request-id"] = UpstreamKey });
    }

    private static async Task<string> PostAsync(TelephoneApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TelephoneApp.Path) { Content = new StringContent(Header + Caller, Encoding.UTF8) };
        request.Headers.Add(RealtimeWebhookSecret.SignatureHeader, $"v1,{Header}");
        using var response = await app.App.Http.SendAsync(request).WithTimeout();
        return $"{response.Headers} {await response.Content.ReadAsStringAsync()}";
    }
}
