using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What happened in one run, in order: the messages as the client sent and received them, and what was done to its player.</summary>
internal sealed class RunLog(VirtualTime time)
{
    private const int MaxLine = 260;

    // All lines of a seed that runs alone.
    private static readonly int MaxLines = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("REALTIME_SDK_SEED")) ? 400 : int.MaxValue;

    private readonly Lock _lock = new();
    private readonly List<LogEntry> _entries = [];

    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    public void Add(in RealtimeMessage message)
    {
        var kind = message.Direction == MessageDirection.Sent ? LogKind.Sent : LogKind.Received;
        JsonElement json;
        try
        {
            json = JsonDocument.Parse(message.Utf8Json.ToArray(), new() { MaxDepth = 256 }).RootElement;
        }
        catch (JsonException)
        {
            Add(new(LogKind.Note, "malformed message"));
            return;
        }
        if (json.ValueKind == JsonValueKind.Object && json.Text("type") is { } type)
            Add(new(kind, type) { Json = json, Audio = AudioOf(type, json) });
        else
            Add(new(LogKind.Note, "malformed message"));
    }

    public void Note(string text) => Add(new(LogKind.Note, text));

    public void Add(LogEntry entry)
    {
        lock (_lock)
            _entries.Add(entry with { Index = _entries.Count, At = time.Elapsed });
    }

    /// <summary>The last lines; audio of the user is left out.</summary>
    public override string ToString()
    {
        var lines = Entries.Where(entry => entry.Text is not "input_audio_buffer.append").Select(Print).ToList();
        return string.Join('\n', lines.Skip(Math.Max(0, lines.Count - MaxLines)));
    }

    private static string Print(LogEntry entry)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{entry.Index,5} {entry.At.TotalSeconds,9:0.0000} s  ");
        line.Append(entry.Kind switch { LogKind.Sent => "→ ", LogKind.Received => "← ", LogKind.Note => "- ", < LogKind.Note => "♪ ", _ => "ƒ " }).Append(entry.Text);
        if (entry.Kind > LogKind.Note)
            line.Append(CultureInfo.InvariantCulture, $" {entry.CallId} {entry.Kind} {entry.Output} {entry.Checked}");
        if (entry.Kind is LogKind.Written or LogKind.Stopped)
            line.Append(CultureInfo.InvariantCulture, $" {entry.Audio.Length} bytes at {entry.Position.TotalMilliseconds:0.###} ms");
        else if (!entry.Audio.IsEmpty)
            line.Append(CultureInfo.InvariantCulture, $" {entry.Audio.Length} bytes of {entry.Json.Text("item_id")}");
        else if (entry.Json.ValueKind == JsonValueKind.Object)
            line.Append(' ').Append(entry.Json.GetRawText());
        return line.Length > MaxLine ? line.ToString(0, MaxLine) + "…" : line.ToString();
    }

    private static byte[] AudioOf(string type, JsonElement json) =>
        type == "response.output_audio.delta" && json.TryGetProperty("delta", out var delta) && delta.TryGetBytesFromBase64(out var audio) ? audio : [];
}

internal enum LogKind
{
    Sent, Received, Written, Stopped, Note,

    /// <summary>A handler began, its token was canceled, it returned a text or threw.</summary>
    Began, TokenCanceled, Returned, Threw,

    /// <summary>An answer to an approval was the first one.</summary>
    Approved, Denied,

    /// <summary>A scope of services was created for, or was found by a handler, or was disposed.</summary>
    ScopeCreated, ScopeFound, ScopeDisposed,

    /// <summary>A guardrail has allowed a text or a call, has found a violation, or has failed.</summary>
    CheckPassed, CheckBlocked, CheckFailed,

    /// <summary>The app cancels a call, or a handler waits for a task.</summary>
    CanceledByApp, Suspended,

    /// <summary>A task has ended: with its result, canceled, or without a result.</summary>
    TaskDone, TaskCanceled, TaskFailed,

    /// <summary>A reader has read that an agent took charge.</summary>
    HandoffRead,

    /// <summary>A reply was generated.</summary>
    ReplyCompleted,
}

/// <summary>Notes that mean something to an oracle.</summary>
internal static class Notes
{
    public const string End = "the conversation has ended";

    /// <summary>Something may end the conversation from now on.</summary>
    public const string Ending = "the conversation may end";

    /// <summary>The app has asked for the end without waiting for calls: no other replies are requested, except a last one.</summary>
    public const string NoReplies = "the app ends the conversation";

    /// <summary>The app ends the conversation with a last reply.</summary>
    public const string LastReply = "the app requests a last reply";

    /// <summary>Replies may have been canceled or replaced.</summary>
    public const string Withdrawn = "replies may be withdrawn";

    /// <summary>The app interrupts the agent.</summary>
    public const string Interrupted = "the app interrupts";

    /// <summary>The app begins a task, whose agent speaks first.</summary>
    public const string Task = "the app begins a task";
}

/// <summary>One thing that happened.</summary>
/// <param name="Kind">What.</param>
/// <param name="Text">The type of a message, or words.</param>
internal sealed record LogEntry(LogKind Kind, string Text)
{
    public int Index { get; init; }

    public TimeSpan At { get; init; }

    public JsonElement Json { get; init; }

    public ReadOnlyMemory<byte> Audio { get; init; }

    /// <summary>The player's position: where written audio begins, or where it stopped.</summary>
    public TimeSpan Position { get; init; }

    /// <summary>The ID of the call of a handler or an approval; the number of a scope.</summary>
    public string CallId { get; init; } = "";

    /// <summary>The output that a handler returned, or the reason of a guardrail.</summary>
    public string Output { get; init; } = "";

    /// <summary>The text that a guardrail has checked.</summary>
    public string Checked { get; init; } = "";
}

internal static class JsonElements
{
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}
