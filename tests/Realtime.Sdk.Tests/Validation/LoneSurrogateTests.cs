using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk.Tests.Conventions;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Validation;

/// <summary>
/// Half of a surrogate pair would silently become another character on the wire. Every text of everything that is sent is broken in
/// turn, found by reflection, and must be reported.
/// </summary>
public sealed class LoneSurrogateTests
{
    private const string Half = "a\ud83d";

    private static readonly JsonElement HalfJson = JsonElement.Parse("""{"k":["\ud83d"]}""");

    private static readonly HashSet<Type> Roots = [typeof(SessionConfiguration), typeof(ClientSecretRequest), typeof(ResponseFormat)];

    public static TheoryData<string> Sent => [.. Payloads().Select(payload => payload.Name)];

    [Theory]
    [MemberData(nameof(Sent))]
    public void Half_of_a_surrogate_pair_in_any_text_is_an_error(string name)
    {
        var payload = Payloads().Single(payload => payload.Name == name);
        var accepted = new List<string>();
        var broken = 0;

        for (string? place; (place = Break(payload, broken, out var violations)) is not null; broken++)
        {
            if (!violations.Errors().Any(error => error.Contains("surrogate", StringComparison.Ordinal)))
                accepted.Add(place);
        }

        accepted.Should().BeEmpty();
        broken.Should().BePositive();
    }

    [Fact]
    public void Whole_pairs_are_fine_and_the_place_of_half_a_pair_is_told()
    {
        new RealtimeSessionConfiguration { Instructions = "🎈 up 🎈" }.Validate().Should().BeEmpty();
        new RealtimeSessionConfiguration { Instructions = "🎈\ude00" }.Validate().Errors()
            .Should().Equal("instructions must not contain a lone surrogate: there is one at index 2");
    }

    [Theory]
    [InlineData("""{"type":"response.create","\udc00":1}""")]
    [InlineData("""{"type":"response.create","\ud800":{}}""")]
    public void Half_of_a_pair_in_a_name_makes_JSON_unreadable(string json)
    {
        var read = () => RealtimeJson.Deserialize<ClientEvent>(json);

        read.Should().Throw<RealtimeProtocolException>();
    }

    /// <summary>All that is sent, and every item, for clients may send those they once received.</summary>
    private static IEnumerable<Payload> Payloads() =>
    [
        .. Payload.Own().Where(payload => Roots.Contains(payload.Root)),
        .. Messages("client").Select(message => message with { Root = typeof(ClientEvent) }),
        .. Messages("translation/client").Select(message => message with { Root = typeof(TranslationClientEvent) }),
        .. from message in Messages("server")
           let json = JsonElement.Parse(message.Json)
           where json.TryGetProperty("item", out var item) && item.ValueKind == JsonValueKind.Object
           select message with { Root = typeof(ConversationItem), Json = json.GetProperty("item").GetRawText() },
    ];

    private static IEnumerable<Payload> Messages(string folder) =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Events/Payloads", folder), "*.json").Order(StringComparer.Ordinal)
        select new Payload($"{folder}/{Path.GetFileName(file)}", typeof(WireObject), File.ReadAllText(file));

    /// <summary>Breaks the n-th text of a payload; null when it has fewer.</summary>
    private static string? Break(Payload payload, int n, out IReadOnlyList<ConstraintViolation> violations)
    {
        var value = (WireObject)JsonSerializer.Deserialize(payload.Json, payload.Root)!;
        var (place, change) = Texts(value, "$").Skip(n).FirstOrDefault();
        change?.Invoke();
        violations = Realtime.Sdk.Internal.Constraints.Validate(value);
        return place;
    }

    private static IEnumerable<(string Place, Action Change)> Texts(WireObject value, string path)
    {
        yield return ($"{path} + a member's name", () => value.Extra = new() { [Half] = default });
        yield return ($"{path} + a member's text", () => value.Extra = new() { ["later"] = HalfJson });
        foreach (var property in value.GetType().GetProperties().Where(property => property.CanWrite && !IsIgnored(property)))
        {
            var place = $"{path}.{property.Name}";
            foreach (var broken in Broken(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))
                yield return (place, () => property.SetValue(value, broken));
            foreach (var (inner, at) in Inside(property.GetValue(value), place))
            {
                foreach (var text in Texts(inner, at))
                    yield return text;
            }
        }
    }

    private static bool IsIgnored(PropertyInfo property) =>
        property.Name == nameof(WireObject.AdditionalProperties) || property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.Always
        || !property.SetMethod!.IsPublic;

    private static IEnumerable<object> Broken(Type type)
    {
        if (type == typeof(string))
            return [Half];
        if (type == typeof(JsonElement))
            return [HalfJson];
        if (type == typeof(JsonSchema))
            return [JsonSchema.FromElement(HalfJson)];
        if (type == typeof(IReadOnlyDictionary<string, string>))
            return [new Dictionary<string, string> { [Half] = "v" }, new Dictionary<string, string> { ["k"] = Half }];
        if (type == typeof(IReadOnlyDictionary<string, PromptVariable>))
            return [new Dictionary<string, PromptVariable> { [Half] = "v" }];
        if (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IWireString<>)))
            return [Activator.CreateInstance(type, Half)!];
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IReadOnlyList<>))
            return [];
        var element = type.GetGenericArguments()[0];
        return Broken(element).Select(broken =>
        {
            var array = Array.CreateInstance(element, 1);
            array.SetValue(broken, 0);
            return (object)array;
        });
    }

    private static IEnumerable<(WireObject, string)> Inside(object? value, string path) => value switch
    {
        // Auto, Off and their like are shared by everyone and hold no text.
        WireObject inner => inner.GetType().IsVisible ? [(inner, path)] : [],
        string => [],
        IDictionary map => map.Keys.Cast<object>().SelectMany(key => Inside(map[key], $"{path}.{key}")),
        IEnumerable list => list.Cast<object?>().SelectMany((element, i) => Inside(element, $"{path}[{i}]")),
        _ => [],
    };
}
