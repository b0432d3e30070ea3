using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
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

    /// <summary>Everything a program could see of one call.</summary>
    private static async Task<IReadOnlyList<string>> WatchAsync(Func<RealtimeClient, Task> call, HttpMessageHandler handler)
    {
        using var sinks = new Sinks();
        using var client = new RealtimeClient(handler, new RealtimeClientOptions { ApiKey = Canary, LoggerFactory = sinks.LoggerFactory, MaxRetries = 1, Randomizer = () => 0 });

        var error = await Record.ExceptionAsync(() => call(client).WithTimeout());

        if (error is not null)
            sinks.Add(error);
        if (error is RealtimeApiException { Error: { } told })
            sinks.Print($"{told.Code} {told.Message} {told.Param} {told.Type}");
        return sinks.All;
    }
}
