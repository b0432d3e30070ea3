using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>The code of docs/webhooks.md.</summary>
public sealed partial class WebhookGuideTests
{
    private const string Guide = "docs/webhooks.md";

    [Fact]
    public async Task The_endpoint_of_the_guide_rings_for_a_genuine_delivery_only()
    {
        var log = new FakeLogCollector();
        await using var app = Build(log);
        await app.StartAsync().WithTimeout();
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        var body = Delivery.IncomingCall;

        using var genuine = await http.SendAsync(Sign(body, body, Delivery.Secret)).WithTimeout();
        using var forged = await http.SendAsync(Sign([.. body, (byte)' '], body, Delivery.Secret)).WithTimeout();
        using var unsigned = await http.PostAsync("/openai/webhook", new ByteArrayContent(body)).WithTimeout();
        using var large = await http.PostAsync("/openai/webhook", new ByteArrayContent(new byte[64 * 1024 + 1])).WithTimeout();

        genuine.StatusCode.Should().Be(HttpStatusCode.OK);
        app.Services.GetRequiredService<Switchboard>().Ringing.Select(ring => $"{ring.Key} {ring.Value}").Should().Equal("wh_1 rtc_479a275623b54bdb9b6fbae2f7cbd408");
        forged.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        unsigned.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await forged.Content.ReadAsStringAsync().WithTimeout() + await unsigned.Content.ReadAsStringAsync().WithTimeout()).Should().BeEmpty();
        large.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        log.GetSnapshot().Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message)
            .Should().Contain(["Refused a webhook: WrongSignature", "Refused a webhook: MissingHeader"]);
    }

    [Fact]
    public void The_verifier_of_the_guide_needs_no_services()
    {
        var now = DateTimeOffset.UtcNow;
        var (genuine, old) = (Delivery.Sign(Delivery.IncomingCall, time: now), Delivery.Sign(Delivery.IncomingCall, time: now.AddMinutes(-6)));

        Answer(Delivery.Secret, genuine.Body, genuine.Id, genuine.Timestamp, genuine.Signature).Should().Be(200);
        Answer(Delivery.Secret, old.Body, old.Id, old.Timestamp, old.Signature).Should().Be(400);
    }

    [Fact]
    public void Its_code_is_the_code_of_this_file()
    {
        var source = Squeeze(File.ReadAllText(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Webhooks/WebhookGuideTests.cs")));

        var parts = CSharp().Matches(ReadGuide()).Select(match => Squeeze(match.Groups[1].Value)).ToArray();

        parts.Should().HaveCount(5);
        parts.Where(part => !source.Contains(part, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void It_names_every_option_and_every_status()
    {
        var names = typeof(RealtimeWebhookOptions).GetProperties().Select(property => property.Name).Concat(Enum.GetNames<WebhookStatus>());

        names.Where(name => !ReadGuide().Contains($"`{name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static int Answer(string secret, byte[] body, string? id, string? timestamp, string? signature)
    {
        var webhooks = new RealtimeWebhooks(new() { Secrets = { secret } });

        var result = webhooks.Verify(body, id, timestamp, signature);
        var status = result.IsVerified ? 200 : 400;
        return status;
    }

    private static HttpRequestMessage Sign(byte[] sent, byte[] body, string secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/openai/webhook") { Content = new ByteArrayContent(sent) };
        var now = DateTimeOffset.UtcNow;
        request.Headers.Add("webhook-id", "wh_1");
        request.Headers.Add("webhook-timestamp", $"{now.ToUnixTimeSeconds()}");
        request.Headers.Add("webhook-signature", new RealtimeWebhookSecret(secret).Sign("wh_1", now, body));
        return request;
    }

    private static WebApplication Build(FakeLogCollector log)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(new FakeLoggerProvider(log));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["RealtimeWebhooks:Secrets:0"] = Delivery.Secret });
        builder.Services.AddSingleton<Switchboard>();

        builder.Services.AddRealtimeWebhooks(builder.Configuration.GetSection("RealtimeWebhooks"));

        var app = builder.Build();
        app.MapPost("/openai/webhook", async (HttpRequest request, RealtimeWebhooks webhooks, Switchboard switchboard, CancellationToken cancellationToken) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken);
            var result = webhooks.Verify(body.GetBuffer().AsSpan(0, (int)body.Length), name => request.Headers[name]);
            if (!result.IsVerified)
            {
                app.Logger.LogWarning("Refused a webhook: {Status}", result.Status);
                return Results.BadRequest();
            }
            if (result.Webhook is IncomingCallWebhook call)
                switchboard.Ring(result.DeliveryId, call.Data.CallId);
            return Results.Ok();
        }).AllowAnonymous().WithMetadata(new RequestSizeLimitAttribute(64 * 1024));
        return app;
    }

    private static string ReadGuide() => File.ReadAllText(Path.Combine(Repository.Root, Guide));

    private static string Squeeze(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    /// <summary>The code of the application: rings once for each delivery.</summary>
    private sealed class Switchboard
    {
        public ConcurrentDictionary<string, string> Ringing { get; } = [];

        public void Ring(string deliveryId, string callId) => Ringing.TryAdd(deliveryId, callId);
    }
}
