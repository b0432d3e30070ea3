using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Events;

/// <summary>The hand-written and the generated readers give the same event for the same message.</summary>
public sealed class ReadingPropertyTests
{
    private static readonly string[] StreamedTypes =
    [
        "response.output_audio.delta", "response.audio.delta", "response.output_text.delta", "response.text.delta",
        "response.output_audio_transcript.delta", "response.audio_transcript.delta", "response.function_call_arguments.delta",
        "conversation.item.input_audio_transcription.delta",
    ];

    private static readonly Gen<string> JsonCharacter = Gen.OneOf("a", "Z", "7", " ", "/", "é", "☂", "🌂", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83c\\udf02");

    private static readonly Gen<string> JsonString = JsonCharacter.Array[0, 12].Select(parts => $"\"{string.Concat(parts)}\"");

    private static readonly Gen<string> Base64String = Gen.Byte.Array[0, 40].Select(bytes => $"\"{Convert.ToBase64String(bytes)}\"");

    private static readonly Gen<string> JsonNumber = Gen.OneOf(Gen.Int[0, 9].Select(i => i.ToString(CultureInfo.InvariantCulture)), Gen.OneOf("3.0", "1e1", "-1", "null"));

    private static readonly Gen<string> AnyValue = Gen.OneOf(JsonString, JsonNumber, Gen.OneOf("true", "{}", "[]", "{\"type\":\"x\",\"delta\":[1,{\"a\":null}]}", "[[\"\\ud83c\\udf02\"]]"));

    private static readonly Gen<(string Name, string Value)> UnknownMember =
        Gen.Select(Gen.OneOf("obfuscation", "x", "call_id", "response_id", "content_index", "é", "a b", "t\\u0079pes"), AnyValue, (name, value) => (name, value));

    private static readonly Gen<string> Message =
        from type in Gen.OneOf(StreamedTypes)
        from delta in type.Contains("audio.", StringComparison.Ordinal) ? Gen.Frequency((5, Base64String), (1, JsonString)) : JsonString
        from ids in Gen.OneOf(JsonString, Gen.OneOf("\"resp_1\"", "\"item_1\"", "null")).Array[4]
        from numbers in JsonNumber.Array[2]
        from unknown in UnknownMember.Array[0, 10]
        from space in Gen.OneOf("", " ", "\n\t")
        let known = new[]
        {
            ("type", $"\"{type}\""), ("event_id", ids[0]), ("response_id", ids[1]), ("item_id", ids[2]), ("call_id", ids[3]),
            ("output_index", numbers[0]), ("content_index", numbers[1]), ("delta", delta),
        }
        from left in Gen.Int[0, 3]
        from types in Gen.Frequency((6, Gen.Const<string[]>([])), (1, Gen.OneOf(type, "error", type.Replace("output_", "", StringComparison.Ordinal), "response\\u002edone").Array[1, 2]))
        from typeName in Gen.OneOf("type", "t\\u0079pe")
        let again = types.Select(other => (typeName, $"\"{other}\""))
        from members in Gen.Shuffle(known.Skip(left == 0 ? 1 : 0).Concat(unknown).Concat(again).ToArray())
        select $"{space}{{{space}{string.Join($"{space},", members.Select(member => $"\"{member.Item1}\"{space}:{space}{member.Item2}"))}}}{space}";

    [Fact]
    public void Members_in_any_order_with_unknown_ones_and_escapes_read_the_same_on_both_ways()
    {
        Message.Sample(message =>
        {
            var utf8 = Encoding.UTF8.GetBytes(message);
            var byHand = new ServerEventReader().Read(utf8);
            var inGeneral = WireMessage.TryRead<ServerEvent>(utf8, out var read, out _) ? read : null;

            if (new RealtimeMessage(utf8, MessageDirection.Received).Type != byHand.Type)
                return false;
            if (inGeneral is null)
                return byHand is MalformedEvent;
            return byHand.GetType() == inGeneral.GetType() && JsonSerializer.Serialize(byHand) == JsonSerializer.Serialize(inGeneral);
        }, iter: 5_000);
    }

    [Fact]
    public void One_reader_for_a_whole_stream_gives_what_a_new_one_would()
    {
        var reader = new ServerEventReader();

        Message.Sample(message =>
        {
            var utf8 = Encoding.UTF8.GetBytes(message);
            return Text(reader.Read(utf8)) == Text(new ServerEventReader().Read(utf8));
        }, iter: 1_000, threads: 1);

        static string Text(ServerEvent read) => read is MalformedEvent malformed ? malformed.ToString() : JsonSerializer.Serialize(read);
    }

    [Fact]
    public void Lent_audio_is_the_audio_of_the_event()
    {
        var reader = new ServerEventReader();
        var buffer = Array.Empty<byte>();

        Message.Sample(message =>
        {
            var utf8 = Encoding.UTF8.GetBytes(message);
            if (!reader.TryReadOutputAudio(utf8, ref buffer, out var lent))
                return true;
            var owned = (ResponseOutputAudioDeltaEvent)reader.Read(utf8);
            return owned.Delta.Span.SequenceEqual(lent.Audio) && owned.ResponseId == lent.ResponseId && owned.ItemId == lent.ItemId
                && owned.OutputIndex == lent.OutputIndex && owned.ContentIndex == lent.ContentIndex
                && (owned.EventId ?? "") == Encoding.UTF8.GetString(lent.EventId);
        }, iter: 2_000, threads: 1);
    }

    [Fact]
    public void Any_bytes_are_an_event()
    {
        var spoiled =
            from message in Message
            from at in Gen.Int[0, Encoding.UTF8.GetByteCount(message) - 1]
            from b in Gen.Byte
            from cut in Gen.Bool
            select (Bytes: Encoding.UTF8.GetBytes(message), At: at, Byte: b, Cut: cut);

        spoiled.Sample(one =>
        {
            one.Bytes[one.At] = one.Byte;
            var message = one.Cut ? one.Bytes.AsSpan(0, one.At) : one.Bytes;
            var read = new ServerEventReader().Read(message);
            return read is MalformedEvent || JsonSerializer.Serialize(read).Length > 0;
        }, iter: 5_000);
    }
}
