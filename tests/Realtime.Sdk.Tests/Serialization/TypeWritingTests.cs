using System.Text.Json;
using CsCheck;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>What is sent names the type of its record, once.</summary>
public sealed class TypeWritingTests
{
    private static readonly JsonElement Update = JsonElement.Parse("\"session.update\"");

    public static TheoryData<string, string> Lies => new()
    {
        { "response.cancel", """{"type":"session.update"}""" },
        { "response.cancel", """{"type":"session.update","type":"response.cancel"}""" },
        { "response.cancel", """{"type":"response.cancel","\u0074ype":"session\u002eupdate"}""" },
        { "response.cancel", """{"type":"response.cancel","type":null}""" },
        { "response.cancel", """{"type":5}""" },
        { "", """{"type":"session.update"}""" },
    };

    [Fact]
    public void No_record_can_be_given_a_second_type()
    {
        foreach (var (_, record, type) in WireFamilies.Variants)
        {
            var value = WireFamilies.Reader(record)($$"""{"type":"{{type}}"{{WireFamilies.NeededBy(record)}}}""");
            typeof(WireObject).GetProperty(nameof(WireObject.AdditionalProperties))!.SetValue(value, new Dictionary<string, JsonElement> { ["type"] = Update });

            Constraints.Validate(value).Should().Contain(violation => violation.Path == "type" && violation.Severity == ConstraintSeverity.Error, type);
            value.Invoking(RealtimeJson.Serialize).Should().Throw<ArgumentException>(type).WithMessage("*type*");
        }
    }

    [Fact]
    public void A_member_the_record_writes_itself_is_not_written_again()
    {
        var set = new RealtimeSessionConfiguration { Model = "a", AdditionalProperties = new Dictionary<string, JsonElement> { ["model"] = JsonElement.Parse("\"b\"") } };
        var unset = set with { Model = null };

        set.Validate().Should().ContainSingle().Which.ToString().Should().Be("model must not be in AdditionalProperties: the record writes it itself");
        set.Invoking(RealtimeJson.Serialize).Should().Throw<ArgumentException>();
        RealtimeJson.Serialize(unset).Should().Be("""{"type":"realtime","model":"b"}""");
    }

    [Theory, MemberData(nameof(Lies))]
    public void An_unknown_event_whose_JSON_names_another_type_is_refused(string type, string json)
    {
        var send = new UnknownClientEvent(type, JsonElement.Parse(json));

        send.Validate().Should().Contain(violation => violation.Severity == ConstraintSeverity.Error && violation.Path == "type");
        send.Invoking(RealtimeJson.Serialize).Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("""{"type":"a","type":"b"}""")]
    [InlineData("""{"type":"a","x":1,"\u0074ype":null}""")]
    [InlineData("""{"type":5,"type":5}""")]
    [InlineData("""{"\ud800":1,"type":"a","type":"\ud800"}""")]
    public void Any_unknown_variant_whose_JSON_names_two_types_is_refused(string json)
    {
        var element = JsonElement.Parse(json);
        var unknowns = typeof(WireObject).Assembly.GetTypes().Where(type => type.IsSealed && type.IsAssignableTo(typeof(IUnknownVariant))).ToArray();

        unknowns.Should().HaveCountGreaterThan(18);
        foreach (var unknown in unknowns)
        {
            var isTyped = unknown.GetConstructor([typeof(string), typeof(JsonElement)]) is not null;
            var value = (WireObject)(isTyped ? Activator.CreateInstance(unknown, "a", element) : Activator.CreateInstance(unknown, element))!;

            Constraints.Validate(value).Should().Contain(violation => violation.Path == "type" && violation.Severity == ConstraintSeverity.Error, unknown.Name);
            value.Invoking(RealtimeJson.Serialize).Should().Throw<ArgumentException>(unknown.Name);
        }
    }

    [Theory, MemberData(nameof(Lies))]
    public async Task Nothing_is_sent_under_another_type_even_when_nothing_is_checked(string type, string json)
    {
        await using var test = await ConnectionUnderTest.StartAsync(new() { ValidateEvents = false });
        var lie = new UnknownClientEvent(type, JsonElement.Parse(json));
        var second = new ResponseCancelEvent { AdditionalProperties = new Dictionary<string, JsonElement> { ["type"] = Update } };

        await test.Connection.Awaiting(connection => connection.SendAsync(lie).AsTask()).Should().ThrowAsync<ArgumentException>();
        await test.Connection.Awaiting(connection => connection.SendAsync(second).AsTask()).Should().ThrowAsync<ArgumentException>();
        await test.Connection.SendAsync(new InputAudioBufferClearEvent()).WithTimeout();

        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"input_audio_buffer.clear"}""");
    }

    [Fact]
    public void What_was_read_is_written_with_the_type_it_came_with()
    {
        Gen.OneOf(WireFamilies.Variants.ToArray()).Sample(variant =>
        {
            var read = WireFamilies.Reader(variant.Family)($$"""{"later":1,"type":"{{variant.Type}}"{{WireFamilies.NeededBy(variant.Record)}}}""");

            JsonElement.Parse(RealtimeJson.SerializeToUtf8Bytes(read)).HasType(variant.Type).Should().BeTrue();
        }, iter: 1_000);
    }
}
