using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>What must stay secret appears nowhere: in no log entry of any level, response, metric, span or exception. The relay and the telephone have scans of their own.</summary>
public sealed class SecretScanTests
{
    private const string ApiKey = "sk-canary-key-0123456789abcdef", UpstreamKey = "sk-canary-upstream-0123456789", Instructions = "canary-instructions", User = "canary-user",
        State = "canary-state", Cookie = "canary-cookie", Body = "canary-body", UpstreamHeader = "canary-upstream-header", Offer = "canaryOfferPassword+XJMM09aR8";

    private static readonly string[] Secrets = [ApiKey, UpstreamKey, Instructions, User, State, Cookie, Body, UpstreamHeader, Offer];

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task Nothing_that_is_secret_is_shown(Door door)
    {
        using var observations = new Observations();
        var responses = new List<string>();
        var keys = new List<string>();
        var failures = new ConcurrentQueue<Exception>();
        FakeLogCollector logs;
        await using (var app = await StartAsync(door, failures))
        {
            logs = app.Logs;
            for (var scenario = 0; scenario < 14; scenario++)
                await RunAsync(app, door, scenario, responses, keys);
            await app.App.StopAsync().WithTimeout();
        }

        var entries = logs.GetSnapshot().Select(Print).ToList();
        entries.Should().HaveCountGreaterThan(100).And.Contain(entry => entry.StartsWith("Trace", StringComparison.Ordinal));
        keys.Should().NotBeEmpty();
        foreach (var secret in Secrets.Concat(keys))
        {
            entries.Where(entry => entry.Contains(secret)).Should().BeEmpty("logs must not contain {0}", secret);
            responses.Where(response => response.Contains(secret)).Should().BeEmpty("responses must not contain {0}", secret);
            observations.Tags.Where(tag => tag.Contains(secret)).Should().BeEmpty("metrics and spans must not contain {0}", secret);
            failures.Select(failure => $"{failure}").Where(text => text.Contains(secret)).Should().BeEmpty("exceptions must not contain {0}", secret);
        }
    }

    private static async Task RunAsync(TestApp app, Door door, int scenario, List<string> responses, List<string> keys)
    {
        var error = $$"""{ "error": { "type": "invalid_request_error", "code": "{{UpstreamKey}}", "message": "Incorrect API key provided: {{UpstreamKey}} of {{ApiKey}}.", "param": "{{UpstreamKey}}" } }""";
        int[] statuses = [400, 401, 403, 404, 429, 500, 503];
        if (scenario < statuses.Length)
            app.Emulator.RespondNext(statuses[scenario], error, new Dictionary<string, string> { ["Set-Cookie"] = UpstreamHeader, ["x-request-id"] = UpstreamKey });
        else if (scenario == 7)
            app.Emulator.RespondNext(200, $"<html>{UpstreamKey}</html>", new Dictionary<string, string> { ["X-Canary"] = UpstreamHeader });
        var content = scenario switch
        {
            8 => door.Content($"{{{Body}"),
            9 => new StringContent(Body, Encoding.UTF8, "text/plain"),
            10 => door.Content(Body + door.Pad(door.MaxBytes)),
            _ when door == Door.WebRtc => door.Content(Offers.With("a=ice-pwd", $"a=ice-pwd:{Offer}")),
            _ => door.Content($$"""{ "note": "{{Body}}" }"""),
        };
        using var response = await app.SendAsync(HttpMethod.Post, scenario == 11 ? $"{TestApp.Token}?refuse=1" : TestApp.Token, User, content, request =>
        {
            request.Headers.Add("Cookie", Cookie);
            request.Headers.Add("Authorization", $"Bearer {Cookie}");
            if (scenario != 12)
                return;
            request.Headers.Remove("Origin");
            request.Headers.Add("Origin", $"https://{Body}.example");
        });
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.OK && door == Door.ClientSecrets)
            keys.Add(JsonDocument.Parse(text).RootElement.GetProperty("value").GetString()!);
        else
            responses.Add(text);
        responses.Add($"{response.Headers}{response.Content.Headers}");
        if (response.StatusCode != HttpStatusCode.Created)
            return;
        keys.Add(Offer);
        await app.Emulator.WhenConnectedAsync(app.Emulator.Calls.Count).WithTimeout();
        using var hangUp = await app.SendAsync(HttpMethod.Delete, response.Headers.Location!.OriginalString, User);
        hangUp.StatusCode.Should().Be(HttpStatusCode.NoContent);
    }

    private static Task<TestApp> StartAsync(Door door, ConcurrentQueue<Exception> failures) => TestApp.StartAsync(
        app =>
        {
            app.Use(async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                    throw;
                }
            });
            var options = new RealtimeEndpointOptions
            {
                RateLimit = null,
                Prepare = (http, options, _) => new(http.Request.Query.ContainsKey("refuse") ? null : options with { State = State }),
            };
            var endpoint = door == Door.WebRtc
                ? app.MapRealtimeWebRtc(TestApp.Token, "canary", options)
                : app.MapRealtimeClientSecrets(TestApp.Token, "canary", options);
            endpoint.RequireAuthorization();
        },
        builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            builder.Services.PostConfigureAll<RealtimeClientOptions>(options => options.MaxRetries = 0);
            builder.Services.AddRealtimeAgent(new RealtimeAgent
            {
                Name = "canary",
                Session = new() { Model = "gpt-realtime-2.1", Instructions = Instructions },
                Prepare = (context, _) => new(context.Agent.WithInstructions($"{Instructions} {context.User!.Identity!.Name} {context.GetState<string>()}")),
            });
        },
        emulation: new() { ApiKey = ApiKey, AnswersWithoutMedia = true });

    /// <summary>Returns all that a log sink could show.</summary>
    internal static string Print(FakeLogRecord entry) =>
        $"{entry.Level} {entry.Category} {entry.Message} {entry.Exception} {string.Join(' ', entry.StructuredState?.Select(pair => $"{pair.Key}={pair.Value}") ?? [])} "
        + string.Join(' ', entry.Scopes.Select(scope => scope is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : $"{scope}"));
}
