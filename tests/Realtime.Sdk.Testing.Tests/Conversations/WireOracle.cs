using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// What must be true of the messages of one connection, as its client sent and received them. Messages of the same instant may have crossed: the client
/// knows for certain what it received at an earlier one.
/// </summary>
internal sealed class WireOracle(ConversationWorld world, IReadOnlyList<LogEntry> log)
{
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10), MaxSpeech = TimeSpan.FromMinutes(2);

    private readonly List<string> _failures = [];
    private readonly CallLog _calls = new();
    private readonly Dictionary<string, LogEntry> _active = [];
    private readonly Dictionary<string, LogEntry> _done = [];
    private readonly Dictionary<string, LogEntry> _deleted = [];
    private readonly HashSet<string> _outOfBand = [];
    private readonly Dictionary<string, (string ResponseId, long Bytes)> _items = [];
    private readonly HashSet<string> _truncated = [];
    private LogEntry? _requested;
    private LogEntry? _speaking;
    private TimeSpan _end = TimeSpan.MaxValue;

    public IReadOnlyList<string> Check()
    {
        foreach (var entry in log)
        {
            _calls.Add(entry);
            if (entry.Kind == LogKind.Sent)
                Sent(entry);
            else if (entry.Kind == LogKind.Received)
                Received(entry);
            else if (entry is { Kind: LogKind.Note, Text: Notes.End } && _end == TimeSpan.MaxValue)
                _end = entry.At;
        }
        return _failures;
    }

    private void Sent(LogEntry entry)
    {
        if (entry.At > _end && !IsOfApp(entry))
            Fail(entry, "is sent after the end");
        switch (entry.Text)
        {
            case "response.create":
                Requested(entry, entry.Json.Member("response"));
                break;
            case "response.cancel":
                Canceled(entry, entry.Json.Text("response_id"));
                break;
            case "conversation.item.truncate":
                Truncated(entry, entry.Json.Text("item_id") ?? "");
                break;
            default:
                break;
        }
    }

    /// <summary>Whether the app itself has sent this over a connection that was left open.</summary>
    private static bool IsOfApp(LogEntry entry) => entry.Text switch
    {
        "conversation.item.create" => entry.Json.Member("item").Text("type") == "message" || !CallLog.IsOwn(entry),
        "conversation.item.delete" => true,
        _ => false,
    };

    private void Received(LogEntry entry)
    {
        var response = entry.Json.Member("response");
        switch (entry.Text)
        {
            case "response.created" when response.Text("conversation_id") is null:
                if (!_calls.HasLied)
                    _outOfBand.Add(response.Text("id")!);
                break;
            case "response.created":
                _active[response.Text("id")!] = entry;
                _requested = null;
                break;
            case "response.done":
                _active.Remove(response.Text("id")!);
                _done[response.Text("id")!] = entry;
                break;
            case "error" when _requested is not null && entry.Json.Member("error").Text("event_id") == _requested.Json.Text("event_id"):
                _requested = null;
                break;
            case "conversation.item.deleted":
                _deleted[entry.Json.Text("item_id") ?? ""] = entry;
                break;
            case "input_audio_buffer.speech_started":
                _speaking = entry;
                break;
            case "input_audio_buffer.committed" or "input_audio_buffer.cleared":
                _speaking = null;
                break;
            case "response.output_audio.delta" when entry.Json.Text("item_id") is { } item:
                _items[item] = (entry.Json.Text("response_id") ?? "", _items.GetValueOrDefault(item).Bytes + entry.Audio.Length);
                break;
            default:
                break;
        }
    }

    private void Requested(LogEntry entry, JsonElement response)
    {
        if (response.Text("conversation") == "none")
            return;
        if (_requested is { } other && entry.At - other.At < ReplyTimeout)
            Fail(entry, $"is sent while that of {other.At} is not answered");
        if (_active.Values.FirstOrDefault(active => active.At < entry.At) is { } active)
            Fail(entry, $"is sent while the response of {active.At} is active");
        if (_speaking is { } speaking && speaking.At < entry.At && entry.At - speaking.At < MaxSpeech && response.Member("metadata").Text("waits") != "no")
            Fail(entry, $"is sent while the user speaks since {speaking.At}");
        _requested = entry;
    }

    private void Canceled(LogEntry entry, string? responseId)
    {
        if (responseId is null)
            Fail(entry, "names no response");
        else if (_done.TryGetValue(responseId, out var done) && done.At < entry.At)
            Fail(entry, $"is sent for a response that is done since {done.At}");
    }

    private void Truncated(LogEntry entry, string itemId)
    {
        if (!_truncated.Add(itemId))
            Fail(entry, "is sent again for the same item");
        if (!_items.TryGetValue(itemId, out var item))
            Fail(entry, "is sent for an item without audio");
        if (_outOfBand.Contains(item.ResponseId ?? ""))
            Fail(entry, "is sent for an item of an out-of-band response");
        if (_deleted.TryGetValue(itemId, out var deleted) && deleted.At < entry.At)
            Fail(entry, $"is sent for an item that is deleted since {deleted.At}");
        var end = entry.Json.Member("audio_end_ms").GetInt64();
        if (entry.Json.Member("content_index").GetInt32() != 0 || end <= 0)
            Fail(entry, "has wrong positions");
        if (end * 48 > item.Bytes)
            Fail(entry, $"is beyond the {item.Bytes} bytes that were received");
    }

    private void Fail(LogEntry entry, string failure) => _failures.Add($"{entry.At}: {entry.Text} {failure} ({entry.Json.GetRawText()}; {world.Pace}).");
}
