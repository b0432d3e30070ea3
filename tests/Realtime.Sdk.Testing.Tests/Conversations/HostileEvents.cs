namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Random events that look like a server's.</summary>
internal sealed class HostileEvents(int seed)
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "resp_1", "resp_2", "item_1", "item_2", "", "conv_1", "conv_2", "conv_5"];
    private static readonly string[] Numbers = ["0", "1", "-1", "250", "100000", "-2147483648", "2147483647", "922337203685477", "-922337203685477", "1e300", "null"];
    private static readonly string[] Statuses = ["completed", "cancelled", "failed", "incomplete", "in_progress", "odd", ""];
    private static readonly string[] Texts = ["", "Hello.", "Hello. And more.", " \\ud83d\\ude00 ", "\\ud800", "sk-proj-0123456789abcdefghij0123456789abcdefghij"];

    private static readonly string Sound = Convert.ToBase64String(Sounds.Speech(0.05));

    public Random Random { get; } = new(seed);

    /// <summary>The next event, as JSON.</summary>
    public string Next() => Random.Next(26) switch
    {
        0 or 1 => Event("response.created", Response()),
        2 or 3 => Event("response.done", Response()),
        4 => Event("response.output_item.added", $"{Part()},\"item\":{Item()}"),
        5 => Event("response.output_item.done", $"{Part()},\"item\":{Item()}"),
        6 => Event("response.output_text.delta", $"{Part()},\"delta\":{Text()}"),
        7 => Event("response.output_text.done", $"{Part()},\"text\":{Text()}"),
        8 => Event("response.output_audio_transcript.delta", $"{Part()},\"delta\":{Text()}"),
        9 => Event("response.output_audio_transcript.done", $"{Part()},\"transcript\":{Text()}"),
        10 or 11 => Event("response.output_audio.delta", $"{Part()},\"delta\":\"{(Random.Next(8) == 0 ? "AAA=" : Sound)}\""),
        12 => Event("response.output_audio.done", Part()),
        13 => Event("input_audio_buffer.speech_started", $"\"item_id\":{Id()},\"audio_start_ms\":{Number()}"),
        14 => Event("input_audio_buffer.speech_stopped", $"\"item_id\":{Id()},\"audio_end_ms\":{Number()}"),
        15 => Event("input_audio_buffer.committed", $"\"item_id\":{Id()},\"previous_item_id\":{Id()}"),
        16 => Event("input_audio_buffer.cleared", "\"x\":1"),
        17 => Event("conversation.item.input_audio_transcription.delta", $"\"item_id\":{Id()},\"content_index\":{Number()},\"delta\":{Text()}"),
        18 => Event("conversation.item.input_audio_transcription.completed", $"\"item_id\":{Id()},\"transcript\":{Text()},\"usage\":{TranscriptionUsage()}"),
        19 => Event("conversation.item.input_audio_transcription.failed", $"\"item_id\":{Id()},\"error\":{Error()}"),
        20 => Event(One(["conversation.item.added", "conversation.item.done", "conversation.item.created"]), $"\"previous_item_id\":{Id()},\"item\":{Item()}"),
        21 => Event("conversation.item.deleted", $"\"item_id\":{Id()}"),
        22 => Event("conversation.item.truncated", $"\"item_id\":{Id()},\"content_index\":{Number()},\"audio_end_ms\":{Number()}"),
        23 => Event("error", $"\"error\":{Error()}"),
        24 => Event(One(["output_audio_buffer.started", "output_audio_buffer.stopped", "output_audio_buffer.cleared"]), $"\"response_id\":{Id()}"),
        _ => Event(One(["session.updated", "session.created"]), $"\"session\":{Session()}"),
    };

    private static string Event(string type, string members) => $$"""{"type":"{{type}}","event_id":"e",{{members}}}""";

    private string Part() => $"\"response_id\":{Id()},\"item_id\":{Id()},\"output_index\":{Number()},\"content_index\":{Number()}";

    private string Response() =>
        $$"""
        "response":{"id":{{Id()}},"status":"{{One(Statuses)}}","conversation_id":{{One(["null", "\"conv\""])}},
        "metadata":{{One(["null", "{}", "{\"realtime_sdk_reply\":\"x\"}"])}},"output":{{One(["null", "[]", $"[{Item()}]", $"[{Item()},null,{Item()}]"])}},
        "status_details":{{One(["null", "{}", $"{{\"type\":\"failed\",\"reason\":\"turn_detected\",\"error\":{Error()}}}"])}},"usage":{{Usage()}}}
        """.ReplaceLineEndings("");

    private string Usage() => One(
    [
        "null", "{}", $"{{\"total_tokens\":{Number()},\"input_tokens\":{Number()},\"output_tokens\":{Number()},\"input_token_details\":{{\"text_tokens\":{Number()},\"audio_tokens\":{Number()},\"cached_tokens\":{Number()}}}}}",
    ]);

    private string TranscriptionUsage() => One(
        ["null", $"{{\"type\":\"tokens\",\"total_tokens\":{Number()}}}", $"{{\"type\":\"duration\",\"seconds\":{One(["-1e11", "5", "9e11", "9.2e11"])}}}", "{\"type\":\"odd\"}"]);

    private string Item() =>
        $$"""{"id":{{Id()}},"type":"{{One(["message", "function_call", "odd"])}}","status":"{{One(Statuses)}}","role":"{{One(["user", "assistant", "system", "odd"])}}","content":{{One(["null", "[]", "[null]", $"[{{\"type\":\"{One(["output_text", "input_text", "odd"])}\",\"text\":{Text()}}}]"])}}}""";

    private string Error() => One(["null", "{}", $"{{\"type\":\"server_error\",\"code\":\"conversation_already_has_active_response\",\"message\":{Text()},\"event_id\":{Id()}}}"]);

    private string Session() => One(
    [
        "null", "{}", $"{{\"type\":\"realtime\",\"id\":{Id()},\"audio\":{{\"input\":{{\"format\":{{\"type\":\"{One(["audio/pcm", "audio/pcmu", "odd"])}\",\"rate\":{Number()}}},\"turn_detection\":{One(["null", "{}", $"{{\"type\":\"server_vad\",\"silence_duration_ms\":{Number()}}}", "{\"type\":\"odd\"}"])}}},\"output\":{{\"format\":{{\"type\":\"audio/pcm\",\"rate\":{Number()}}}}}}}}}",
    ]);

    private string Id() => Random.Next(20) == 0 ? "null" : $"\"{One(Ids)}\"";

    private string Number() => One(Numbers);

    private string Text() => $"\"{One(Texts)}\"";

    private string One(string[] of) => of[Random.Next(of.Length)];
}
