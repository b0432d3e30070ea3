using System.Text.Json.Nodes;
using Realtime.Sdk.Tests.Serialization;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>Records are values: every record of the wire, with JSON made up from its own declaration.</summary>
public sealed class EqualityTests
{
    public static TheoryData<Type> Records => [.. SampleJson.Records];

    [Theory, MemberData(nameof(Records))]
    public void The_same_JSON_read_twice_gives_equal_records(Type record)
    {
        var json = SampleJson.Of(record).ToJsonString();
        var (one, other) = (WireFamilies.Reader(record)(json), WireFamilies.Reader(record)(json));

        one.Equals(one).Should().BeTrue();
        one.Equals(other).Should().BeTrue(json);
        other.Equals(one).Should().BeTrue(json);
        one.GetHashCode().Should().Be(other.GetHashCode(), json);
        one.Equals(null).Should().BeFalse();
    }

    [Theory, MemberData(nameof(Records))]
    public void One_changed_value_or_element_makes_records_unequal(Type record)
    {
        var one = WireFamilies.Reader(record)(SampleJson.Of(record).ToJsonString());
        foreach (var member in SampleJson.Members(record))
        {
            var json = SampleJson.Of(record);
            if (json[member.Name] is not { } value)
                continue;
            json[member.Name] = Change(value);
            var other = WireFamilies.Reader(record)(json.ToJsonString());

            one.Equals(other).Should().BeFalse(json.ToJsonString());
            other.Equals(one).Should().BeFalse(json.ToJsonString());
        }
    }

    [Theory, MemberData(nameof(Records))]
    public void One_unknown_member_more_makes_records_unequal(Type record)
    {
        var json = SampleJson.Of(record);
        var one = WireFamilies.Reader(record)(json.ToJsonString());
        json["later"] = 1;
        var other = WireFamilies.Reader(record)(json.ToJsonString());

        one.Equals(other).Should().BeFalse();
        other.Equals(WireFamilies.Reader(record)(json.ToJsonString())).Should().BeTrue();
    }

    [Fact]
    public void Unknown_members_are_compared_by_what_their_JSON_means()
    {
        var one = RealtimeJson.Deserialize<ServerVad>("""{"type":"server_vad","later":{"a":1,"b":[2]},"more":null}""");
        var other = RealtimeJson.Deserialize<ServerVad>("""{"type":"server_vad","more":null,"later":{"b":[2.0],"a":1}}""");

        one.Should().Be(other);
        one.GetHashCode().Should().Be(other.GetHashCode());
        one.Should().NotBe(one with { AdditionalProperties = new Dictionary<string, System.Text.Json.JsonElement>() });
    }

    [Fact]
    public void Modalities_are_a_set_and_other_lists_have_an_order()
    {
        var one = new RealtimeSessionConfiguration { OutputModalities = [OutputModality.Text, OutputModality.Audio], Tools = [new FunctionTool { Name = "a" }, new FunctionTool { Name = "b" }] };
        var sameModalities = one with { OutputModalities = new List<OutputModality> { OutputModality.Audio, OutputModality.Text } };
        var otherTools = one with { Tools = [new FunctionTool { Name = "b" }, new FunctionTool { Name = "a" }] };

        sameModalities.Should().Be(one);
        sameModalities.GetHashCode().Should().Be(one.GetHashCode());
        otherTools.Should().NotBe(one);
        (one with { OutputModalities = [OutputModality.Text] }).Should().NotBe(one);
        (one with { OutputModalities = null }).Should().NotBe(one);
    }

    [Fact]
    public void Modalities_in_another_order_are_no_difference()
    {
        var asked = new RealtimeSessionConfiguration { OutputModalities = [OutputModality.Text, OutputModality.Audio] };
        var session = RealtimeJson.Deserialize<RealtimeSession>("""{"type":"realtime","id":"s","output_modalities":["audio","text"]}""");
        var textOnly = RealtimeJson.Deserialize<RealtimeSession>("""{"type":"realtime","id":"s","output_modalities":["text"]}""");

        session.DifferencesFrom(asked).Should().BeEmpty();
        textOnly.DifferencesFrom(asked).Should().ContainSingle().Which.Path.Should().Be("output_modalities");
    }

    [Fact]
    public void Audio_is_compared_by_its_bytes()
    {
        var one = new InputAudioPart { Audio = new byte[] { 1, 2, 3 } };

        one.Should().Be(new InputAudioPart { Audio = new byte[] { 0, 1, 2, 3 }.AsMemory(1) });
        one.Should().NotBe(new InputAudioPart { Audio = new byte[] { 1, 2, 4 } });
        one.GetHashCode().Should().Be((one with { Audio = new byte[] { 1, 2, 3 } }).GetHashCode());
    }

    [Fact]
    public void The_default_of_an_open_string_is_the_empty_string()
    {
        default(ItemRole).Value.Should().BeEmpty();
        default(ItemRole).Should().Be(new ItemRole(""));
        default(ItemRole).GetHashCode().Should().Be(new ItemRole("").GetHashCode());
        default(ItemRole).ToString().Should().BeEmpty();
    }

    [Fact]
    public void What_was_absent_equals_what_stands_for_it()
    {
        RealtimeJson.Deserialize<ConversationItemDeletedEvent>("""{"type":"conversation.item.deleted"}""").Should().Be(new ConversationItemDeletedEvent());
    }

    /// <summary>The JSON with its first value changed that is neither a type nor an anchor.</summary>
    private static JsonNode Change(JsonNode json)
    {
        var changed = json.DeepClone();
        return ChangeInside(changed) ?? changed;
    }

    /// <summary>Changes a value inside, and returns null; or returns the value to put in the place of this one.</summary>
    private static JsonNode? ChangeInside(JsonNode? json)
    {
        switch (json)
        {
            case JsonObject members:
                var name = members.First(member => member.Key is not ("type" or "anchor")).Key;
                if (ChangeInside(members[name]) is { } value)
                    members[name] = value;
                return null;
            case JsonArray elements:
                if (ChangeInside(elements[^1]) is { } element)
                    elements[^1] = element;
                return null;
            case null:
                return 1;
            default:
                return json.GetValueKind() switch
                {
                    System.Text.Json.JsonValueKind.String => $"{json}x",
                    System.Text.Json.JsonValueKind.Number => decimal.Parse(json.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) + 1,
                    _ => false,
                };
        }
    }
}
