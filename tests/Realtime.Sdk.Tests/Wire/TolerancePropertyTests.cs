using System.Text.Json.Nodes;
using CsCheck;

namespace Realtime.Sdk.Tests.Wire;

public sealed class TolerancePropertyTests
{
    private static readonly Payload[] Payloads = [.. Payload.Own()];

    [Fact]
    public void Members_may_stand_in_any_order()
    {
        Gen.Select(Any(Payloads), Gen.Int).Sample((payload, seed) =>
        {
            var shuffled = Shuffle(JsonNode.Parse(payload.Json)!, new Random(seed));

            return Survives(payload.Root, shuffled);
        });
    }

    [Fact]
    public void Members_of_tomorrow_are_kept_wherever_they_stand()
    {
        Gen.Select(Any([.. Payloads.Where(payload => !TakesNothingElse(payload))]), Gen.Int, Value).Sample((payload, seed, value) =>
        {
            var extended = Extend(JsonNode.Parse(payload.Json)!, new Random(seed), value);

            return Survives(payload.Root, extended);
        });
    }

    private static Gen<JsonNode?> Value => Gen.OneOf(
        Gen.Int.Select(number => (JsonNode?)number),
        Gen.String.AlphaNumeric.Select(text => (JsonNode?)text),
        Gen.Bool.Select(flag => (JsonNode?)flag),
        Gen.Int[0, 3].Select(size => (JsonNode?)new JsonArray([.. Enumerable.Range(0, size).Select(i => (JsonNode?)new JsonObject { ["i"] = i })])));

    private static Gen<Payload> Any(Payload[] payloads) => Gen.Int[0, payloads.Length - 1].Select(i => payloads[i]);

    // The lifetime of a secret is a duration in C#, which has no room for members beside its own.
    private static bool TakesNothingElse(Payload payload) => payload.Json.Contains("\"anchor\"", StringComparison.Ordinal);

    private static bool Survives(Type root, JsonNode json)
    {
        var text = json.ToJsonString();
        var value = System.Text.Json.JsonSerializer.Deserialize(text, root);
        var written = System.Text.Json.JsonSerializer.SerializeToNode(value, root);

        return WireComparison.IsWrittenBack(written, json) ? true : throw new InvalidOperationException($"{text} became {written?.ToJsonString()}");
    }

    private static JsonNode Shuffle(JsonNode json, Random random) => json switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(_ => random.Next())
            .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Shuffle(member.Value, random)))),
        JsonArray elements => new JsonArray([.. elements.Select(element => element is null ? null : Shuffle(element, random))]),
        _ => json.DeepClone(),
    };

    private static JsonNode Extend(JsonNode json, Random random, JsonNode? value)
    {
        var objects = Objects(json).ToArray();
        objects[random.Next(objects.Length)][$"later_{random.Next(100)}"] = value?.DeepClone();
        return json;
    }

    // A map's members are no members of the wire's objects: a new one is one more entry, of the map's own kind.
    private static IEnumerable<JsonObject> Objects(JsonNode? json) => json switch
    {
        JsonObject members => [members, .. members.Where(member => member.Key is not ("headers" or "variables")).SelectMany(member => Objects(member.Value))],
        JsonArray elements => elements.SelectMany(Objects),
        _ => [],
    };
}
