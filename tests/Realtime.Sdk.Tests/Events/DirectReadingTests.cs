using System.Text;
using System.Text.Json;
using CsCheck;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Events;

/// <summary>
/// <see cref="RealtimeJson"/> reads frequent events directly from the bytes. It returns the same events and throws the same exceptions as the generated readers, and
/// a connection returns the same events.
/// </summary>
public sealed class DirectReadingTests
{
    private const string LongAudio =
        """{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"~"}""";

    private static readonly byte[] Replacements = [.. "\"\\{}[],: \n\0aZ0=-"u8, 0x80, 0xC3, 0xFF];

    private static readonly string Base64 = Convert.ToBase64String([.. Enumerable.Range(0, 900).Select(i => (byte)(i * 7))]);

    [Theory, MemberData(nameof(PayloadTests.Payloads), MemberType = typeof(PayloadTests))]
    public void A_message_and_its_mutations_are_read_alike(string file)
    {
        var message = File.ReadAllBytes(file);
        var doors = DoorsOf(file.Replace('\\', '/'));

        doors(message);
        foreach (var rewritten in Rewritten(message))
            doors(rewritten);
        Mutations(message).Sample(mutated => doors(mutated), iter: 150, threads: 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("""{"type":"response.output_text.delta"} {}""")]
    [InlineData("""{"type":"response.output_text.delta" /* why */,"delta":"a"}""")]
    [InlineData("""{"type":"response.output_text.delta","delta":"a",}""")]
    [InlineData("""{"type":"response.output_text.delta","item_id":"i","delta":"\ud800","response_id":"r","output_index":0,"content_index":0}""")]
    [InlineData("""{"type":"response.output_text.delta","item_id":"i","delta":"a","response_id":"r","output_index":0,"content_index":0,"type":"error"}""")]
    [InlineData("""{"type":"réponse","x":1}""")]
    [InlineData("""{"type":"response.output_text.d\u0065lta","delta":"a"}""")]
    [InlineData("""{"type":{"type":"response.output_text.delta"}}""")]
    [InlineData("""{"type":"response.output_text.delta","type":"response.output_text.delta","delta":"a"}""")]
    public void Unusual_messages_are_read_alike(string json)
    {
        var message = Encoding.UTF8.GetBytes(json);

        ShouldBeAlike<ServerEvent>(message);
        ShouldBeAlike<TranslationServerEvent>(message);
        ShouldBeAlike<ResponseOutputTextDeltaEvent>(message);
        ShouldBeAlike<ResponseOutputAudioDeltaEvent>(message);
    }

    [Fact]
    public void A_type_that_is_not_UTF8_is_refused_alike()
    {
        ShouldBeAlike<ServerEvent>([.. "{\"type\":\"a"u8, 0xFF, .. "\"}"u8]);
        ShouldBeAlike<ServerEvent>([.. "{\"x\":1,\"type\":\"a"u8, 0xFF, .. "\",\"delta\":\"a\"}"u8]);
    }

    [Theory]
    [InlineData("response.output_audio.delta.json", typeof(ResponseOutputAudioDeltaEvent))]
    [InlineData("response.output_audio.delta.type_last.json", typeof(ResponseOutputAudioDeltaEvent))]
    [InlineData("response.output_audio_transcript.delta.json", typeof(ResponseOutputAudioTranscriptDeltaEvent))]
    [InlineData("response.output_text.delta.json", typeof(ResponseOutputTextDeltaEvent))]
    [InlineData("response.function_call_arguments.delta.json", typeof(ResponseFunctionCallArgumentsDeltaEvent))]
    [InlineData("conversation.item.input_audio_transcription.delta.json", typeof(ConversationItemInputAudioTranscriptionDeltaEvent))]
    public void A_message_is_read_as_the_record_of_its_type_and_of_no_other(string file, Type record)
    {
        var message = Encoding.UTF8.GetBytes(File.ReadAllText(PayloadTests.Payloads.Select(row => row.Data).First(path => path.EndsWith($"/server/{file}", StringComparison.Ordinal))));

        Outcome[] outcomes =
        [
            ShouldBeAlike<ResponseOutputAudioDeltaEvent>(message), ShouldBeAlike<ResponseOutputAudioTranscriptDeltaEvent>(message),
            ShouldBeAlike<ResponseOutputTextDeltaEvent>(message), ShouldBeAlike<ResponseFunctionCallArgumentsDeltaEvent>(message),
            ShouldBeAlike<ConversationItemInputAudioTranscriptionDeltaEvent>(message),
        ];

        outcomes.Should().ContainSingle(outcome => outcome.Read != null).Which.Read.Should().BeOfType(record);
    }

    [Fact]
    public void Long_audio_is_examined_whole_although_its_end_is_not_searched_for()
    {
        var spoiled =
            from at in Gen.Int[0, Base64.Length - 1]
            from text in Gen.OneOf("\"", "\\", "\\\"", "\n", " ", "\t\t\t\t", "    ", "=", "====", "\",\"delta\":\"", "\"}", "\",\"x\":\"", "é", "\\u0041", "")
            from after in Gen.OneOf("", " ", "\n", "}", ",\"x\":\"", "\",\"x\":1")
            select LongAudio.Replace("~", Base64.Insert(at, text), StringComparison.Ordinal).Insert(LongAudio.Length - 1 + Base64.Length + text.Length - 1, after);

        ShouldBeAlike<ServerEvent>(Encoding.UTF8.GetBytes(LongAudio.Replace("~", Base64, StringComparison.Ordinal))).Read.Should().NotBeNull();
        spoiled.Sample(json =>
        {
            var message = Encoding.UTF8.GetBytes(json);
            var buffer = Array.Empty<byte>();

            var read = ShouldBeAlike<ServerEvent>(message).Read;

            if (new ServerEventReader().TryReadOutputAudio(message, ref buffer, out var lent))
                ((ResponseOutputAudioDeltaEvent)read!).Delta.Span.SequenceEqual(lent.Audio).Should().BeTrue(json);
        }, iter: 5_000);
    }

    [Fact]
    public void Audio_with_spaces_is_still_passed_to_the_handler()
    {
        var message = Encoding.UTF8.GetBytes(LongAudio.Replace("~", Base64.Insert(8, "    "), StringComparison.Ordinal));
        var buffer = Array.Empty<byte>();

        new ServerEventReader().TryReadOutputAudio(message, ref buffer, out var audio).Should().BeTrue();

        audio.Audio.ToArray().Should().Equal(Convert.FromBase64String(Base64));
    }

    [Fact]
    public void Equal_IDs_are_one_string_unless_they_are_long()
    {
        var strings = new SharedStrings();
        var (id, longId) = ("item_CCXGQ4e1ht4cOraEYcuR2"u8.ToArray(), Enumerable.Repeat((byte)'x', 65).ToArray());

        strings.GetString(id).Should().Be("item_CCXGQ4e1ht4cOraEYcuR2").And.BeSameAs(strings.GetString(id));
        strings.GetString(longId).Should().Be(new string('x', 65)).And.NotBeSameAs(strings.GetString(longId));
    }

    [Fact]
    public void Threads_that_read_different_IDs_at_the_same_time_get_their_own()
    {
        var strings = new SharedStrings();

        Gen.Int[0, 5_000].Sample(number =>
        {
            var (id, shortId) = ($"item_{number}", $"{number}");
            return strings.GetString(Encoding.UTF8.GetBytes(id)) == id && strings.GetString(Encoding.UTF8.GetBytes(shortId)) == shortId;
        }, iter: 20_000, threads: 4);
    }

    private static Action<byte[]> DoorsOf(string file) =>
        file.Contains("translation/client", StringComparison.Ordinal) ? message => ShouldBeAlike<TranslationClientEvent>(message)
        : file.Contains("translation/server", StringComparison.Ordinal) ? message => ShouldBeAlike<TranslationServerEvent>(message)
        : file.Contains("/client/", StringComparison.Ordinal) ? message => ShouldBeAlike<ClientEvent>(message)
        : message => ShouldBeAlike<ServerEvent>(message);

    /// <summary>The same members in other orders, with white space, repeated, as null, and with escapes.</summary>
    private static IEnumerable<byte[]> Rewritten(byte[] message)
    {
        var members = JsonElement.Parse(message).EnumerateObject().Select(member => (member.Name, Value: member.Value.GetRawText())).ToArray();
        yield return Joined([.. members.Reverse()], "");
        yield return Joined(members, " \t\r\n");
        foreach (var (name, value) in members)
        {
            var others = members.Where(member => member.Name != name).ToArray();
            yield return Joined(others, "");
            yield return Joined([.. others, (name, "null")], "");
            yield return Joined([.. others, (name, "{\"type\":[]}")], "");
            yield return Joined([.. members, (name, value)], "");
            yield return Joined([(name, "null"), .. members], "");
            yield return Joined([(name, "7"), .. members], "");
            yield return Joined([.. members, (name, "7.5")], "");
            yield return Joined([.. others, ($"\\u{(int)name[0]:x4}{name[1..]}", value)], "");
            if (value is ['"', not ('\\' or '"'), ..])
                yield return Joined([.. others, (name, $"\"\\u{(int)value[1]:x4}{value[2..]}")], "");
        }
    }

    private static byte[] Joined((string Name, string Value)[] members, string space) =>
        Encoding.UTF8.GetBytes($"{space}{{{space}{string.Join($"{space},{space}", members.Select(member => $"\"{member.Name}\"{space}:{space}{member.Value}"))}{space}}}{space}");

    private static Gen<byte[]> Mutations(byte[] message) =>
        from at in Gen.Int[0, message.Length - 1]
        from replacement in Gen.OneOf(Replacements)
        from kind in Gen.Int[0, 3]
        select kind switch
        {
            0 => message[..at],
            1 => [.. message[..at], .. message[(at + 1)..]],
            2 => [.. message[..at], replacement, .. message[at..]],
            _ => [.. message[..at], replacement, .. message[(at + 1)..]],
        };

    /// <summary>Reads a message by every way and compares the results.</summary>
    private static Outcome ShouldBeAlike<T>(byte[] message) where T : WireObject, IWireObject<T>
    {
        var generated = Try(() => RealtimeJson.ReadGenerated<T>(message, default));
        var read = Try(() => RealtimeJson.Deserialize<T>(message));

        read.Text.Should().Be(generated.Text, "that is what the generated reader does with {0}", Encoding.UTF8.GetString(message));
        if (read.Read is not { } value)
            return read;
        value.Equals(generated.Read).Should().BeTrue();
        JsonSerializer.Deserialize<T>(message).Should().Be(value);

        // A connection reads only objects that are valid text.
        if (WireMessage.FindTextFault(message) is not null || JsonElement.Parse(message).ValueKind != JsonValueKind.Object)
            return read;
        if (typeof(T) == typeof(ServerEvent))
            new ServerEventReader().Read(message).Equals(value).Should().BeTrue("a connection reads the same from {0}", Encoding.UTF8.GetString(message));
        if (typeof(T) == typeof(TranslationServerEvent))
            new TranslationEventReader().Read(message).Equals(value).Should().BeTrue("a connection reads the same from {0}", Encoding.UTF8.GetString(message));
        return read;
    }

    private static Outcome Try(Func<WireObject> read)
    {
        try
        {
            var value = read();
            return new(value, $"{value.GetType().Name} {value} {RealtimeJson.Serialize(value)}");
        }
        catch (RealtimeProtocolException e)
        {
            return new(null, $"{e.Message} {e.Path} {e.Length}");
        }
    }

    private sealed record Outcome(WireObject? Read, string Text);
}
