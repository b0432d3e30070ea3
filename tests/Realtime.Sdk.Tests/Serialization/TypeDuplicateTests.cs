using System.Text;
using System.Text.Json;
using CsCheck;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>What a message is, is decided once: an object that names several types is none of them, whoever reads it.</summary>
public sealed class TypeDuplicateTests
{
    private static readonly Gen<(Type Family, Type Record, string Type)> Variant = Gen.OneOf(WireFamilies.Variants.ToArray());

    private static readonly Gen<string> OtherType = Gen.OneOf(
        Gen.OneOf(WireFamilies.Variants.Select(variant => variant.Type).Distinct().ToArray()).Select(Quoted),
        Gen.OneOf("\"\"", "\"not.known.yet\"", "\"a \\\"b\\\"\"", "null", "7", "{\"type\":\"message\"}"));

    private static readonly Gen<string> Unrelated = Gen.OneOf(
        "\"x\":1", "\"later\":{\"type\":\"error\"}", "\"types\":\"error\"", "\"\\u0065vent_id\":\"event_1\"", "\"x\":[{\"type\":\"a\",\"type\":\"b\"}]", "\"é\":\"\\n\"");

    [Fact]
    public void The_families_are_found()
    {
        WireFamilies.ByType.Should().HaveCountGreaterThan(12);
        WireFamilies.Variants.Select(variant => variant.Family).Distinct().Should().BeEquivalentTo(WireFamilies.ByType);
        WireFamilies.Places.Should().HaveCountGreaterThan(20);
    }

    [Fact]
    public void An_object_that_names_two_types_is_malformed_in_every_family()
    {
        Different(null).Sample(one =>
        {
            var family = WireFamilies.Reader(one.Family);
            Refused(() => family(one.Json));
            FluentActions.Invoking(() => JsonSerializer.Deserialize(one.Json, one.Family)).Should().Throw<JsonException>(one.Json);
        }, iter: 4_000);
    }

    [Fact]
    public void Types_that_agree_are_one_type_and_written_once()
    {
        Same.Sample(one =>
        {
            var read = WireFamilies.Reader(one.Family)(one.Json);

            read.GetType().Should().Be(one.Record, one.Json);
            TypeOf(read).Should().Be(one.Type, one.Json);
            read.AdditionalProperties.Keys.Should().NotContain("type");
            JsonElement.Parse(RealtimeJson.SerializeToUtf8Bytes(read)).EnumerateObject().Where(member => member.NameEquals("type"u8))
                .Select(member => member.Value.GetString()).Should().BeSubsetOf([one.Type]).And.HaveCountLessThanOrEqualTo(1);
        }, iter: 2_000);
    }

    [Fact]
    public void A_record_is_not_read_from_the_JSON_of_another()
    {
        Gen.Select(Variant, OtherType, Gen.Int, (variant, type, seed) => (variant.Record, Json: $"{{\"later\":1,{Escaped("\"type\"", new Random(seed))}:{type}}}", Other: type))
            .Where(one => one.Other != "null" && !Spells(one.Record, one.Other))
            .Sample(one => Refused(() => WireFamilies.Reader(one.Record)(one.Json)), iter: 2_000);
    }

    [Fact]
    public void Two_types_of_an_object_inside_another_make_the_whole_malformed()
    {
        foreach (var (record, member, format, family) in WireFamilies.Places)
        {
            var reader = WireFamilies.Reader(record);
            Different(family).Sample(one =>
            {
                var json = $"{{\"{member}\":{string.Format(null, format, one.Json)}}}";
                Refused(() => reader(json));
            }, iter: 20);
        }
    }

    [Fact]
    public void A_server_event_and_its_message_never_name_different_types()
    {
        var events = Message(typeof(ServerEvent));

        events.Sample(json =>
        {
            var message = Encoding.UTF8.GetBytes(json);
            var reader = new ServerEventReader();
            var buffer = Array.Empty<byte>();

            var read = reader.Read(message);

            new RealtimeMessage(message, MessageDirection.Received).Type.Should().Be(read.Type, json);
            if (NamesSeveral(json))
            {
                read.Should().BeOfType<MalformedEvent>(json).Which.Type.Should().BeEmpty();
                reader.TryReadOutputAudio(message, ref buffer, out _).Should().BeFalse(json);
            }
        }, iter: 5_000);
    }

    [Fact]
    public void A_translation_event_and_its_message_never_name_different_types()
    {
        Message(typeof(TranslationServerEvent)).Sample(json =>
        {
            var message = Encoding.UTF8.GetBytes(json);

            var read = new TranslationEventReader().Read(message);

            new RealtimeMessage(message, MessageDirection.Received).Type.Should().Be(read.Type, json);
            if (NamesSeveral(json))
                read.Should().BeOfType<MalformedTranslationEvent>(json);
        }, iter: 2_000);
    }

    [Theory]
    [InlineData("""{"type":"response.cancel","type":"session.update","session":{"type":"realtime","max_output_tokens":99999}}""")]
    [InlineData("""{"type":"response.cancel","\u0074ype":"session.update"}""")]
    [InlineData("""{"\u0074ype":"session\u002eupdate","session":{"type":"realtime"},"type":"response.cancel"}""")]
    [InlineData("""{"type":"response.cancel","type":null}""")]
    [InlineData("""{"type":null,"type":"response.cancel"}""")]
    [InlineData("""{"type":"not.known.yet","x":1,"type":"response.cancel"}""")]
    [InlineData("""{"type":"not.known.yet","type":"not.known.either"}""")]
    public void A_client_event_is_never_read_as_another_than_it_would_be_sent_as(string json)
    {
        Refused(() => RealtimeJson.Deserialize<ClientEvent>(json));
    }

    /// <summary>An object of a family, or of any, with two or more types that are not all the same.</summary>
    private static Gen<(Type Family, Type Record, string Type, string Json)> Different(Type? family) =>
        from variant in family is null ? Variant : Gen.OneOf(WireFamilies.Variants.Where(variant => variant.Family == family).ToArray())
        from others in OtherType.Array[1, 2]
        from again in Gen.Int[0, 1]
        where others.Any(other => other != Quoted(variant.Type))
        from json in ObjectOf([.. Enumerable.Repeat(Quoted(variant.Type), 1 + again), .. others])
        select (variant.Family, variant.Record, variant.Type, json);

    [Theory]
    [InlineData("""{"object":"realtime.session","input_audio_format":"pcm16","object":"realtime.transcription_session"}""")]
    [InlineData("""{"object":"realtime.transcription_session","obj\u0065ct":"realtime.session"}""")]
    public void A_session_without_a_type_that_is_two_kinds_of_object_is_malformed(string json)
    {
        Refused(() => RealtimeJson.Deserialize<SessionConfiguration>(json));
        new ServerEventReader().Read(Encoding.UTF8.GetBytes($$"""{"type":"session.updated","session":{{json}}}""")).Should().BeOfType<MalformedEvent>();
    }

    private static Gen<(Type Family, Type Record, string Type, string Json)> Same =>
        from variant in Variant
        from count in Gen.Int[1, 3]
        from json in ObjectOf([.. Enumerable.Repeat(Quoted(variant.Type), count)])
        select (variant.Family, variant.Record, variant.Type, $"{json[..^1]}{WireFamilies.NeededBy(variant.Record)}}}");

    /// <summary>A message with any number of types, the same or not.</summary>
    private static Gen<string> Message(Type family) =>
        from types in Gen.OneOf(Gen.OneOf(WireFamilies.Variants.Where(variant => variant.Family == family).Select(variant => Quoted(variant.Type)).ToArray()), OtherType).Array[0, 3]
        from repeat in Gen.Bool
        from json in ObjectOf(repeat ? [.. types.Select(_ => types[0])] : types)
        select json;

    private static Gen<string> ObjectOf(string[] types) =>
        from names in Gen.OneOf("\"type\"", "\"\\u0074ype\"", "\"typ\\u0065\"").Array[types.Length]
        from seed in Gen.Int
        from unrelated in Unrelated.Array[0, 4]
        let random = new Random(seed)
        from members in Gen.Shuffle(names.Zip(types, (name, type) => $"{name}:{Escaped(type, random)}").Concat(unrelated).ToArray())
        select $"{{{string.Join(',', members)}}}";

    /// <summary>A string with none, some or all of its letters written as escapes; other JSON as it is.</summary>
    private static string Escaped(string json, Random random)
    {
        if (json[0] != '"' || json.Contains('\\', StringComparison.Ordinal))
            return json;
        var share = random.Next(0, 3);
        return $"\"{string.Concat(json[1..^1].Select(c => random.Next(0, 3) < share ? $"\\u{(int)c:x4}" : $"{c}"))}\"";
    }

    private static string Quoted(string text) => $"\"{text}\"";

    private static bool Spells(Type record, string json) =>
        WireFamilies.Variants.Any(variant => variant.Record == record && Quoted(variant.Type) == json);

    private static bool NamesSeveral(string json)
    {
        var types = JsonElement.Parse(json).EnumerateObject().Where(member => member.NameEquals("type"u8)).Select(member => member.Value).ToArray();
        return types.Skip(1).Any(type => !JsonElement.DeepEquals(type, types[0]));
    }

    private static string? TypeOf(WireObject read) => (string?)read.GetType().GetProperty("Type")!.GetValue(read);

    private static void Refused(Func<WireObject> read) => read.Should().Throw<RealtimeProtocolException>();
}
