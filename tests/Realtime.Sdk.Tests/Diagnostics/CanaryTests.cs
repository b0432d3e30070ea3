using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Realtime.Sdk.Testing;
using RichardSzalay.MockHttp;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>Looks for a secret wherever a program can see it: text, logs, exceptions, traces, metrics.</summary>
public sealed class CanaryTests
{
    private const string Canary = "sk-canary-4711";

    /// <summary>Members that hold what nobody else may see, by the words in their names.</summary>
    private static readonly string[] SecretWords = ["ApiKey", "Authorization", "Credential", "Headers", "Secret", "Password", "Sdp"];

    public static TheoryData<string, int, string> Failures() => new()
    {
        { "the key comes back in the message", 401, $$$"""{"error":{"type":"invalid_request_error","code":"invalid_api_key","message":"Incorrect API key provided: {{{Canary}}}."}}""" },
        { "a part of it comes back", 401, """{"error":{"message":"Incorrect API key provided: sk-canary*****4711.","code":"sk-canary-x","param":"sk-canary-y","type":"sk-canary-z"}}""" },
        { "it comes back in a text", 400, $$$"""{"error":"Authorization was Bearer {{{Canary}}}"}""" },
        { "it comes back in no json", 500, $"<html>{Canary}</html>" },
        { "it comes back in success", 200, $$$"""{"secret":"{{{Canary}}}"}""" },
        { "it comes back in a redirect", 302, Canary },
        { "it comes back as unknown members", 403, $$$"""{"error":{"message":"No.","{{{Canary}}}":"{{{Canary}}}"}}""" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task No_failure_tells_the_key(string why, int status, string body)
    {
        _ = why;
        using var handler = new MockHttpMessageHandler();
        handler.When("*").Respond(_ =>
        {
            var answer = Answers.Json((HttpStatusCode)status, body);
            answer.Headers.TryAddWithoutValidation("x-request-id", $"{Canary}\u0001");
            answer.Headers.TryAddWithoutValidation("Location", $"https://elsewhere.example/{Canary}");
            return answer;
        });

        var seen = await WatchAsync(client => client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Instructions = "canary-content" }), handler);

        seen.Should().NotBeEmpty();
        seen.Should().NotContain(text => text.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neither_success_nor_a_lost_connection_tells_the_key()
    {
        using var working = new MockHttpMessageHandler();
        working.When("*").Respond(_ => Answers.Json(HttpStatusCode.OK, """{"value":"ek_canary-4711","expires_at":1}"""));
        using var broken = new MockHttpMessageHandler();
        broken.When("*").Throw(new HttpRequestException(HttpRequestError.ConnectionError, "no route"));

        var seen = await WatchAsync(client => client.CreateClientSecretAsync(new ClientSecretRequest()), working);
        seen = [.. seen, .. await WatchAsync(client => client.Calls.HangUpAsync("rtc_canary-4711"), broken)];

        seen.Should().HaveCountGreaterThan(5);
        seen.Should().NotContain(text => text.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public void No_public_type_prints_what_its_secret_members_hold()
    {
        var types = new[] { typeof(RealtimeClient).Assembly, typeof(RealtimeEmulator).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && !typeof(Delegate).IsAssignableFrom(type));

        var telltale = new List<string>();
        var filled = 0;
        foreach (var type in types)
        {
            var value = Exemplar(type, ref filled);
            if (value?.ToString()?.Contains("canary", StringComparison.Ordinal) == true)
                telltale.Add($"{type.Name}: {value}");
        }

        telltale.Should().BeEmpty();
        filled.Should().BeGreaterThanOrEqualTo(7, "otherwise the members have been renamed and nothing was looked at");
    }

    /// <summary>An instance with the canary in every secret member that can be set; null when the type cannot be made.</summary>
    private static object? Exemplar(Type type, ref int filled)
    {
        var value = type.GetConstructor(Type.EmptyTypes)?.Invoke(null) ?? RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var secret = SecretWords.Any(word => property.Name.Contains(word, StringComparison.Ordinal)) || (type == typeof(ClientSecret) && property.Name == "Value");
            object? canary = property.PropertyType switch
            {
                var text when text == typeof(string) => Canary,
                var map when map.IsAssignableFrom(typeof(Dictionary<string, string>)) => new Dictionary<string, string> { ["Authorization"] = Canary },
                _ => null,
            };
            if (!secret || canary is null)
                continue;
            property.SetValue(value, canary);
            filled++;
        }
        return Prints(value) ? value : null;
    }

    /// <summary>A type made without its constructor may not be able to print; then it prints no secret either.</summary>
    private static bool Prints(object value)
    {
        try
        {
            _ = value.ToString();
            return true;
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Everything a program could see of one call: log entries at every level, the exception with all it holds, spans, measurements.</summary>
    private static async Task<IReadOnlyList<string>> WatchAsync(Func<RealtimeClient, Task> call, HttpMessageHandler handler)
    {
        var seen = new ConcurrentQueue<string>();
        var log = new FakeLogCollector();
        using var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(log)));
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Realtime.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Enqueue($"{activity.DisplayName} {activity.StatusDescription} {Joined(activity.TagObjects)} {Joined(activity.Events.SelectMany(e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener { InstrumentPublished = (instrument, meters) => Subscribe(instrument, meters) };
        meters.SetMeasurementEventCallback<double>((_, value, tags, _) => seen.Enqueue($"{value} {Joined(tags.ToArray())}"));
        meters.SetMeasurementEventCallback<long>((_, value, tags, _) => seen.Enqueue($"{value} {Joined(tags.ToArray())}"));
        meters.Start();
        using var client = new RealtimeClient(handler, new RealtimeClientOptions { ApiKey = Canary, LoggerFactory = factory, MaxRetries = 1, Randomizer = () => 0 });

        try
        {
            await Within.Time(call(client));
        }
        catch (RealtimeException error)
        {
            for (Exception? inner = error; inner is not null; inner = inner.InnerException)
                seen.Enqueue($"{inner} {Joined(inner.Data.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create($"{entry.Key}", entry.Value)))}");
            if (error is RealtimeApiException refused)
                seen.Enqueue($"{refused.Error} {refused.Error?.Code} {refused.Error?.Message} {refused.Error?.Param} {refused.Error?.Type} {refused.RequestId}");
        }

        foreach (var entry in log.GetSnapshot())
            seen.Enqueue($"{entry.Message} {Joined(entry.StructuredState!.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value)))} {entry.Exception}");
        return [.. seen];
    }

    private static void Subscribe(Instrument instrument, MeterListener meters)
    {
        if (instrument.Meter.Name == "Realtime.Sdk")
            meters.EnableMeasurementEvents(instrument);
    }

    private static string Joined(IEnumerable<KeyValuePair<string, object?>> pairs) => string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}"));
}
