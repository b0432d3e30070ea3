using System.Text.Json.Nodes;
using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Recordings;

public sealed class MessageShapeTests
{
    [Theory]
    [InlineData("""{"type":"a","n":1,"t":"x"}""", """{"type":"a","n":2,"t":"y"}""", null)]
    [InlineData("""{"type":"a","event_id":"1"}""", """{"type":"a"}""", null)]
    [InlineData("""{"type":"a","on":true}""", """{"type":"a","on":false}""", null)]
    [InlineData("""{"type":"a"}""", """{"type":"b"}""", "type is 'b' instead of 'a'")]
    [InlineData("""{"type":"a","item":{"role":"user"}}""", """{"type":"a","item":{"role":"system"}}""", "item.role is 'system' instead of 'user'")]
    [InlineData("""{"x":1}""", """{"x":"1"}""", "x is a string instead of a number")]
    [InlineData("""{"x":null}""", """{"x":true}""", "x is a boolean instead of null")]
    [InlineData("""{"x":false}""", """{"x":null}""", "x is null instead of a boolean")]
    [InlineData("""{"x":{}}""", """{"x":[]}""", "x is an array instead of an object")]
    [InlineData("""{"x":[1]}""", """{"x":[1,2]}""", "x has 2 elements instead of 1")]
    [InlineData("""{"x":[1,{"y":null}]}""", """{"x":[1,{"y":{}}]}""", "x[1].y is an object instead of null")]
    [InlineData("""{"x":1,"y":1}""", """{"x":1}""", "y is missing")]
    [InlineData("""{"x":1}""", """{"x":1,"y":1}""", "y is not in the recording")]
    public void Messages_differ_by_their_members_and_the_kinds_of_values(string expected, string actual, string? difference) =>
        MessageShape.FindDifference(Parse(expected), Parse(actual)).Should().Be(difference);

    [Theory]
    [InlineData("""{"type":"a","item":{"type":"message"}}""", """{"type":"a","item":{"type":"message"},"more":1}""", null)]
    [InlineData("""{"type":"a"}""", "{}", "type is '' instead of 'a'")]
    [InlineData("{}", """{"type":"a"}""", "type is 'a' instead of ''")]
    [InlineData("""{"type":"a","item":{"type":"message"}}""", """{"type":"a"}""", "item.type is '' instead of 'message'")]
    public void Types_differ_by_the_event_and_its_item(string expected, string actual, string? difference) =>
        MessageShape.FindTypeDifference(Parse(expected), Parse(actual)).Should().Be(difference);

    [Fact]
    public void The_ids_of_the_client_take_the_place_of_the_recorded_ones_wherever_they_are()
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var recorded = Parse("""{"id":"a","item":{"item_id":"b","name":"a"},"list":[{"call_id":"c"},null],"gone":{"id":"d"},"metadata":{"realtime_sdk_reply":"e"},"n_id":1}""");

        MessageShape.MapIds(recorded, Parse("""{"id":"A","item":{"item_id":"B","name":"x"},"list":[{"call_id":"C"},null],"metadata":{"realtime_sdk_reply":"E"},"n_id":2}"""), ids);

        ids.Should().Equal(new Dictionary<string, string> { ["a"] = "A", ["b"] = "B", ["c"] = "C", ["e"] = "E" });
        MessageShape.ReplaceIds(recorded, ids).ToJsonString().Should()
            .Be("""{"id":"A","item":{"item_id":"B","name":"A"},"list":[{"call_id":"C"},null],"gone":{"id":"d"},"metadata":{"realtime_sdk_reply":"E"},"n_id":1}""");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
