using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The content that a candidate must have read from a payload before it is measured.</summary>
internal readonly record struct Work(long Events, long AudioBytes, long TextChars)
{
    public static Work operator +(Work a, Work b) => new(a.Events + b.Events, a.AudioBytes + b.AudioBytes, a.TextChars + b.TextChars);

    public static Work operator *(Work work, long times) => new(work.Events * times, work.AudioBytes * times, work.TextChars * times);
}

/// <summary>A message of the server, and its content.</summary>
internal sealed record Message(string Type, byte[] Utf8, Work Work);

/// <summary>
/// One voice turn as on the wire: the session with three tools, the user's speech and its transcript, 120 chunks of answer audio (100 to 200 ms of PCM16
/// at 24 kHz each), 80 pieces of its transcript, items, parts, usage and rate limits.
/// </summary>
internal sealed class VoiceTurn
{
    public const int AudioDeltas = 120;
    public const int TranscriptDeltas = 80;

    private static readonly string[] Words =
        ["Of", " course", ",", " I", " can", " look", " that", " up", " for", " you", ".", " The", " weather", " in", " Zürich", " is", " mild", " today"];

    private readonly WireIds _ids = new();
    private readonly List<Message> _messages = [];
    private readonly string _response, _item, _user, _previous;

    private VoiceTurn(bool isNumbered)
    {
        (_response, _item, _user, _previous) = isNumbered
            ? (NumberedTurn.Response, NumberedTurn.Item, NumberedTurn.User, $"\"{NumberedTurn.Previous}\"")
            : (_ids.Next("resp"), _ids.Next("item"), _ids.Next("item"), "null");
        Opening();
        UserSpeaks();
        Answer();
        Closing();
    }

    public static VoiceTurn Instance { get; } = new(isNumbered: false);

    /// <summary>The same turn with the IDs of <see cref="NumberedTurn"/>, which <see cref="NumberedTurn.Write"/> makes different each time.</summary>
    public static VoiceTurn Numbered { get; } = new(isNumbered: true);

    public IReadOnlyList<Message> Messages => _messages;

    public Work Work => _messages.Aggregate(default(Work), (sum, message) => sum + message.Work);

    public Message First(string type) => _messages.First(message => message.Type == type);

    public Message[] All(string type) => [.. _messages.Where(message => message.Type == type)];

    /// <summary>The turn without the two large events of the session: the part that a session repeats.</summary>
    public Message[] Repeated => [.. _messages.Where(message => !message.Type.StartsWith("session.", StringComparison.Ordinal))];

    private void Opening()
    {
        var work = new Work(1, 0, SessionJson.Instructions.Length + SessionJson.Tools.Sum(tool => tool.Name.Length));
        Add("session.created", $"\"session\":{SessionJson.Effective(_ids.Next("sess"))}", work);
        Add("session.updated", $"\"session\":{SessionJson.Effective(_ids.Next("sess"))}", work);
    }

    private void UserSpeaks()
    {
        Add("input_audio_buffer.speech_started", $"\"audio_start_ms\":1216,\"item_id\":\"{_user}\"");
        Add("input_audio_buffer.speech_stopped", $"\"audio_end_ms\":3904,\"item_id\":\"{_user}\"");
        Add("input_audio_buffer.committed", $"\"previous_item_id\":{_previous},\"item_id\":\"{_user}\"");
        var item = $$"""{"id":"{{_user}}","type":"message","status":"completed","role":"user","content":[{"type":"input_audio","transcript":null}]}""";
        Add("conversation.item.added", $"\"previous_item_id\":{_previous},\"item\":{item}");
        Add("conversation.item.done", $"\"previous_item_id\":{_previous},\"item\":{item}");
        var at = $"\"item_id\":\"{_user}\",\"content_index\":0,";
        for (var i = 0; i < 12; i++)
            AddText("conversation.item.input_audio_transcription.delta", at, "delta", Words[i], $",\"obfuscation\":\"{_ids.Noise(16 - Words[i].Length)}\"");
        AddText("conversation.item.input_audio_transcription.completed", at, "transcript",
            string.Concat(Words[..12]), ",\"logprobs\":null,\"usage\":{\"type\":\"tokens\",\"total_tokens\":41,\"input_tokens\":27," +
            "\"input_token_details\":{\"text_tokens\":0,\"audio_tokens\":27},\"output_tokens\":14}");
    }

    private void Answer()
    {
        var at = $"\"response_id\":\"{_response}\",\"item_id\":\"{_item}\",\"output_index\":0,\"content_index\":0";
        Add("response.created", $"\"response\":{ResponseJson.InProgress(_response, _ids.Next("conv"))}");
        Add("rate_limits.updated", "\"rate_limits\":[{\"name\":\"requests\",\"limit\":20000,\"remaining\":19999,\"reset_seconds\":0.003}," +
            "{\"name\":\"tokens\",\"limit\":15000000,\"remaining\":14995377,\"reset_seconds\":0.018}]");
        var item = $$"""{"id":"{{_item}}","type":"message","status":"in_progress","role":"assistant","content":[]}""";
        Add("response.output_item.added", $"\"response_id\":\"{_response}\",\"output_index\":0,\"item\":{item}");
        Add("conversation.item.added", $"\"previous_item_id\":\"{_user}\",\"item\":{item}");
        Add("response.content_part.added", $"{at},\"part\":{{\"type\":\"audio\",\"transcript\":\"\"}}");
        for (var i = 0; i < AudioDeltas; i++)
        {
            if (i * TranscriptDeltas / AudioDeltas != (i + 1) * TranscriptDeltas / AudioDeltas)
                AddText("response.output_audio_transcript.delta", at + ",", "delta", Words[i % Words.Length], "");
            AddAudio(at, _ids.Bytes(48 * (100 + (i * 37 % 101))));
        }
        Add("response.output_audio.done", at);
    }

    private void Closing()
    {
        var at = $"\"response_id\":\"{_response}\",\"item_id\":\"{_item}\",\"output_index\":0,\"content_index\":0";
        var transcript = string.Concat(_messages.Where(m => m.Type == "response.output_audio_transcript.delta").Select((_, i) => Words[i % Words.Length]));
        AddText("response.output_audio_transcript.done", at + ",", "transcript", transcript, "");
        Add("response.content_part.done", $"{at},\"part\":{{\"type\":\"audio\",\"transcript\":\"{transcript}\"}}");
        var item = ResponseJson.Item(_item, transcript);
        Add("conversation.item.done", $"\"previous_item_id\":\"{_user}\",\"item\":{item}");
        Add("response.output_item.done", $"\"response_id\":\"{_response}\",\"output_index\":0,\"item\":{item}");
        Add("response.done", $"\"response\":{ResponseJson.Done(_response, _ids.Next("conv"), item)}", new(1, 0, ResponseJson.TotalTokens + transcript.Length));
    }

    private void AddAudio(string at, byte[] pcm) =>
        Add("response.output_audio.delta", $"{at},\"delta\":\"{Convert.ToBase64String(pcm)}\"", new(1, pcm.Length, 0));

    private void AddText(string type, string before, string member, string text, string after) =>
        Add(type, $"{before}\"{member}\":\"{text}\"{after}", new(1, 0, text.Length));

    private void Add(string type, string members, Work? work = null) =>
        _messages.Add(new(type, Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"event_id\":\"{_ids.Next("event")}\",{members}}}"), work ?? new(1, 0, 0)));
}
