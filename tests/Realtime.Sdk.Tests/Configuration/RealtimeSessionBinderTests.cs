using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Configuration;

public sealed class RealtimeSessionBinderTests
{
    private const string Support = """
        {"type":"realtime","model":"gpt-realtime-2","instructions":"42","output_modalities":["audio"],
         "audio":{"input":{"turn_detection":null,"format":{"type":"audio/pcm","rate":24000}},"output":{"voice":"marin","speed":1.25}},
         "tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"days":{"type":"integer","minimum":1}},"additionalProperties":false}}],
         "parallel_tool_calls":true,"max_output_tokens":400,"prompt":{"id":"pmpt_1","version":"2"}}
        """;

    [Fact]
    public async Task A_section_holds_a_session_as_it_stands_on_the_wire()
    {
        await using var provider = new ServiceCollection().AddRealtimeSession("support", Section(Support)).BuildServiceProvider();

        var session = provider.GetRequiredKeyedService<SessionConfiguration>("support");

        JsonNode.DeepEquals(JsonNode.Parse(RealtimeJson.Serialize(session)), JsonNode.Parse(Support)).Should().BeTrue();
        var realtime = session.Should().BeOfType<RealtimeSessionConfiguration>().Subject;
        realtime.Instructions.Should().Be("42");
        ((StoredPrompt)realtime.Prompt!).Version.Should().Be("2");
        realtime.Audio!.Input!.TurnDetection.Should().BeSameAs(TurnDetection.Disabled);
        provider.GetRequiredKeyedService<SessionConfiguration>("support").Should().BeSameAs(session);
    }

    [Theory]
    [InlineData("""{"type":"realtime","max_output_tokens":5000}""", typeof(RealtimeValidationException))]
    [InlineData("""{"type":"realtime","audio":{"output":{"speed":"fast"}}}""", typeof(RealtimeProtocolException))]
    public async Task A_session_that_is_none_keeps_the_host_from_starting(string json, Type expected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddRealtimeSession("support", Section(json));
        using var host = builder.Build();

        var start = () => host.StartAsync();

        (await start.Should().ThrowAsync<Exception>()).Which.Should().BeOfType(expected);
    }

    [Fact]
    public async Task A_session_from_code_is_shared_as_it_is()
    {
        var session = new RealtimeSessionConfiguration { Model = "gpt-realtime-2" };
        await using var provider = new ServiceCollection().AddRealtimeSession("support", session).BuildServiceProvider();

        provider.GetRequiredKeyedService<SessionConfiguration>("support").Should().BeSameAs(session);
    }

    [Fact]
    public void Every_number_and_truth_value_of_a_session_is_known_to_the_binder()
    {
        var literal = new SortedSet<string>(StringComparer.Ordinal);
        var textual = new SortedSet<string>(StringComparer.Ordinal);
        Walk(typeof(SessionConfiguration), [], literal, textual);

        RealtimeSessionBinder.Literals.Should().BeEquivalentTo(literal);
        RealtimeSessionBinder.Literals.Should().NotIntersectWith(textual);
    }

    private static IConfigurationSection Section(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{"Realtime":{{json}}}"""))).Build().GetSection("Realtime");

    /// <summary>Sorts the wire names of a record, of its variants and of all it holds by what stands there.</summary>
    private static void Walk(Type type, HashSet<Type> seen, SortedSet<string> literal, SortedSet<string> textual)
    {
        if (!seen.Add(type))
            return;
        foreach (var variant in type.Assembly.GetExportedTypes().Where(type.IsAssignableFrom))
            Walk(variant, seen, literal, textual);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } name || name == "client_secret")
                continue;
            var held = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var element = held.IsGenericType && typeof(IEnumerable).IsAssignableFrom(held) ? held.GetGenericArguments()[^1] : held;
            if (held == typeof(bool) || held == typeof(int) || held == typeof(long) || held == typeof(double) || held == typeof(TimeSpan) || held == typeof(TokenLimit))
                literal.Add(name);
            else if (typeof(WireObject).IsAssignableFrom(element))
                Walk(element, seen, literal, textual);
            else if (held == typeof(string))
                textual.Add(name);
        }
    }
}
