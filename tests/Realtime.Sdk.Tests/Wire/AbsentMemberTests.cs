using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using Realtime.Sdk.Tests.Serialization;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>
/// Walks every record of the wire with every member absent, <c>null</c>, and <c>null</c> inside lists and maps: nothing is invented on
/// writing, and no null hides behind a type that cannot be null. The JSON is made up from the records' own declarations.
/// </summary>
public sealed class AbsentMemberTests
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static TheoryData<Type> Records => [.. SampleJson.Records];

    [Fact]
    public void The_walk_covers_the_records_of_the_wire() => SampleJson.Records.Should().HaveCountGreaterThan(90);

    [Theory, MemberData(nameof(Records))]
    public void A_record_with_all_members_is_written_as_it_was_read(Type record)
    {
        var json = SampleJson.Of(record);

        AssertWritten(record, json, json);
    }

    [Theory, MemberData(nameof(Records))]
    public void A_record_without_members_is_written_without_members(Type record)
    {
        var json = new JsonObject();
        if (SampleJson.Of(record)["type"] is { } type && SampleJson.GetTypes(record).Length > 0)
            json["type"] = type.DeepClone();

        AssertWritten(record, json, json);
    }

    [Theory, MemberData(nameof(Records))]
    public void An_absent_member_is_not_invented(Type record)
    {
        foreach (var member in SampleJson.Members(record))
        {
            var json = SampleJson.Of(record);
            json.Remove(member.Name);

            AssertWritten(record, json, json);
        }
    }

    [Theory, MemberData(nameof(Records))]
    public void A_null_is_written_back_where_it_has_a_meaning_and_left_out_elsewhere(Type record)
    {
        foreach (var member in SampleJson.Members(record))
        {
            var json = SampleJson.Of(record);
            json[member.Name] = null;
            var without = json.DeepClone().AsObject();
            // The prompt of a transcription is a text.
            if (!WireComparison.HasMeaningWhenNull(member.Name) || member.Property.PropertyType == typeof(string))
                without.Remove(member.Name);

            AssertWritten(record, json, without);
        }
    }

    [Theory, MemberData(nameof(Records))]
    public void A_null_inside_a_list_or_a_map_is_kept_apart_and_written_back(Type record)
    {
        foreach (var member in SampleJson.Members(record))
        {
            var json = SampleJson.Of(record);
            if (member.IsList && json[member.Name] is JsonArray elements)
                json[member.Name] = new JsonArray(null, elements[0]!.DeepClone(), null, null, elements[0]!.DeepClone(), null);
            else if (member.IsMap && json[member.Name] is JsonObject entries)
                entries["empty"] = null;
            else
                continue;

            AssertWritten(record, json, json);
        }
    }

    [Theory]
    [InlineData("40.669")]
    [InlineData("0.1")]
    [InlineData("3")]
    [InlineData("0.0000001")]
    [InlineData("123456789.1234567")]
    public void A_duration_comes_back_as_the_number_it_was(string seconds)
    {
        var json = $$"""{"name":"requests","reset_seconds":{{seconds}}}""";

        RealtimeJson.Serialize(RealtimeJson.Deserialize<RateLimit>(json)).Should().Be(json);
    }

    [Theory]
    [InlineData("0.00000005", 1)]
    [InlineData("0.00000004", 0)]
    [InlineData("40.66900009", 406_690_001)]
    public void A_duration_is_rounded_to_the_tick(string seconds, long ticks) =>
        RealtimeJson.Deserialize<RateLimit>($$"""{"reset_seconds":{{seconds}}}""").Reset.Should().Be(new TimeSpan(ticks));

    [Fact]
    public void A_point_in_time_comes_back_as_the_number_it_was()
    {
        const string json = """{"value":"ek_1","expires_at":1756310470.123}""";

        RealtimeJson.Serialize(RealtimeJson.Deserialize<ClientSecret>(json)).Should().Be(json);
    }

    [Fact]
    public void An_absent_member_that_is_set_is_written()
    {
        var read = RealtimeJson.Deserialize<ResponseOutputTextDeltaEvent>("""{"type":"response.output_text.delta","later":1}""");

        var changed = read with { ItemId = "item_1", OutputIndex = 2, AdditionalProperties = read.AdditionalProperties };

        RealtimeJson.Serialize(changed).Should().Be("""{"type":"response.output_text.delta","item_id":"item_1","output_index":2,"later":1}""");
        RealtimeJson.Serialize(read).Should().Be("""{"type":"response.output_text.delta","later":1}""");
    }

    [Fact]
    public void A_record_that_a_program_makes_is_written_with_all_its_members()
    {
        RealtimeJson.Serialize(new ConversationItemDeletedEvent()).Should().Be("""{"type":"conversation.item.deleted","item_id":""}""");
    }

    private static void AssertWritten(Type record, JsonObject json, JsonObject expected)
    {
        if (Read(record, json) is not { } read)
            return;
        var written = JsonNode.Parse(RealtimeJson.Serialize(read));

        JsonNode.DeepEquals(written, expected).Should().BeTrue($"{record.Name} was {json.ToJsonString()} and is {written?.ToJsonString()}");
        HiddenNulls(read, record.Name).Should().BeEmpty(json.ToJsonString());
    }

    /// <summary>Reads a record; null for a webhook without the ID that it is about, which is refused.</summary>
    private static WireObject? Read(Type record, JsonObject json)
    {
        try
        {
            return WireFamilies.Reader(record)(json.ToJsonString());
        }
        catch (RealtimeProtocolException) when (record.IsSubclassOf(typeof(RealtimeWebhook)))
        {
            return null;
        }
    }

    /// <summary>The places of nulls in properties, elements and values that cannot be null.</summary>
    private static IEnumerable<string> HiddenNulls(object value, string path) =>
        from property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetIndexParameters().Length == 0 && value is not Realtime.Sdk.Internal.IUnknownVariant
        let nullability = Nullability.Create(property)
        let held = property.GetValue(value)
        from place in held is null
            ? nullability.ReadState == NullabilityState.NotNull ? [$"{path}.{property.Name}"] : Enumerable.Empty<string>()
            : Inside(held, $"{path}.{property.Name}")
        select place;

    private static IEnumerable<string> Inside(object held, string path) => held switch
    {
        string => [],
        IEnumerable elements => elements.Cast<object?>().SelectMany((element, i) => element is null ? [$"{path}[{i}]"] : InsideEntry(element, $"{path}[{i}]")),
        WireObject => HiddenNulls(held, path),
        _ when held.GetType().GetProperty("Value") is { } text && held.GetType().Namespace == "Realtime.Sdk" && text.GetValue(held) is null => [$"{path}.Value"],
        _ => [],
    };

    private static IEnumerable<string> InsideEntry(object element, string path) =>
        element.GetType() is { IsGenericType: true } entry && entry.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? entry.GetProperty("Value")!.GetValue(element) is { } value ? Inside(value, path) : [path]
            : Inside(element, path);
}
