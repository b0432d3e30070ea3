using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A short turn whose IDs differ each time, as a conversation requires: the user's message, and an answer of four words in a given number of pieces of
/// audio. With four pieces, it has the 21 events of the emulator's rows.
/// </summary>
internal sealed class NumberedTurn
{
    public const int Events = 21, ShortAnswer = 4;
    public const string Question = "Hello there.", Answer = "I can help you.", Last = "rate_limits.updated";

    /// <summary>The audio of one event: a third of a second.</summary>
    public static int AudioBytes { get; } = SampleFormat.Pcm().BytesIn(TimeSpan.FromMilliseconds(333));

    public const string User = "item_u3W8kQp5RtZc" + Number, Item = "item_a7Yd2Lm9XsVb" + Number, Previous = "item_a7Yd2Lm9XsVb" + Before;
    public const string Response = "resp_q4Hn6Jc1TgKe" + Number, Conversation = "conv_5RtZcW8kQpJc1TgKeHn6X";

    private const string Number = "00000000", Before = "99999999";

    private static readonly string[] Words = ["I", " can", " help", " you."];

    private readonly WireIds _ids = new();
    private readonly List<byte[]> _frames = [];

    private NumberedTurn(int audioEvents)
    {
        UserSays();
        Answers(audioEvents);
        Closes();
    }

    /// <summary>The frames of a turn, one for each event.</summary>
    public static IReadOnlyList<byte[]> Frames(int audioEvents) => new NumberedTurn(audioEvents)._frames;

    /// <summary>The positions of the number of the turn, and of the turn before it, in the frames.</summary>
    public static (int[] Numbers, int[] Before) Places(ReadOnlySpan<byte> frames) => (PlacesOf(frames, Number), PlacesOf(frames, Before));

    /// <summary>Writes the number of a turn into its frames.</summary>
    public static void Write(Span<byte> frames, (int[] Numbers, int[] Before) places, int number)
    {
        foreach (var place in places.Numbers)
            number.TryFormat(frames[place..], out _, "D8");
        foreach (var place in places.Before)
            (number - 1).TryFormat(frames[place..], out _, "D8");
    }

    private static int[] PlacesOf(ReadOnlySpan<byte> frames, string digits)
    {
        var (places, utf8) = (new List<int>(), Encoding.ASCII.GetBytes(digits));
        for (int start = 0, found; (found = frames[start..].IndexOf(utf8)) >= 0; start = places[^1] + utf8.Length)
            places.Add(start + found);
        return [.. places];
    }

    private void UserSays()
    {
        var item = $$"""{"id":"{{User}}","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"{{Question}}"}]}""";
        Add("conversation.item.added", $"\"previous_item_id\":\"{Previous}\",\"item\":{item}");
        Add("conversation.item.done", $"\"previous_item_id\":\"{Previous}\",\"item\":{item}");
    }

    private void Answers(int audioEvents)
    {
        var at = $"\"response_id\":\"{Response}\",\"item_id\":\"{Item}\",\"output_index\":0,\"content_index\":0";
        var item = $$"""{"id":"{{Item}}","type":"message","status":"in_progress","role":"assistant","content":[]}""";
        Add("response.created", $"\"response\":{ResponseJson.InProgress(Response, Conversation)}");
        Add("response.output_item.added", $"\"response_id\":\"{Response}\",\"output_index\":0,\"item\":{item}");
        Add("conversation.item.added", $"\"previous_item_id\":\"{User}\",\"item\":{item}");
        Add("response.content_part.added", $"{at},\"part\":{{\"type\":\"audio\",\"transcript\":\"\"}}");
        for (var i = 0; i < audioEvents; i++)
        {
            if (i < Words.Length)
                Add("response.output_audio_transcript.delta", $"{at},\"delta\":\"{Words[i]}\"");
            Add("response.output_audio.delta", $"{at},\"delta\":\"{Convert.ToBase64String(_ids.Bytes(AudioBytes))}\"");
        }
        Add("response.output_audio.done", at);
        Add("response.output_audio_transcript.done", $"{at},\"transcript\":\"{Answer}\"");
        Add("response.content_part.done", $"{at},\"part\":{{\"type\":\"audio\",\"transcript\":\"{Answer}\"}}");
    }

    private void Closes()
    {
        var item = ResponseJson.Item(Item, Answer);
        Add("conversation.item.done", $"\"previous_item_id\":\"{User}\",\"item\":{item}");
        Add("response.output_item.done", $"\"response_id\":\"{Response}\",\"output_index\":0,\"item\":{item}");
        Add("response.done", $"\"response\":{ResponseJson.Done(Response, Conversation, item)}");
        Add(Last, "\"rate_limits\":[{\"name\":\"requests\",\"limit\":20000,\"remaining\":19999,\"reset_seconds\":0.003}]");
    }

    private void Add(string type, string members) =>
        _frames.Add(TurnFrames.Frame(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"event_id\":\"{_ids.Next("event")}\",{members}}}")));
}
