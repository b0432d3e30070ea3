using System.Globalization;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The kind of a line in a recording.</summary>
internal enum RecordedLineKind
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>A message that is not a JSON object, of which only the size was recorded.</summary>
    Malformed,

    /// <summary>The session of a connection that was open when its recording began.</summary>
    Opened,

    /// <summary>A decision of a conversation.</summary>
    Decision,

    /// <summary>Lines that are missing.</summary>
    Dropped,
}

/// <summary>One line of a recording.</summary>
/// <param name="At">The time since the first line.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Content">The message, or the object that describes the rest.</param>
internal sealed record RecordedLine(TimeSpan At, RecordedLineKind Kind, JsonObject Content)
{
    private const string Client = "client", Server = "server";

    public bool IsFromClient { get; private init; }

    /// <summary>The number of the connection or, for a decision, of the conversation, counting from 1.</summary>
    public int Source { get; private init; } = 1;

    /// <summary>The time of day of the first line; null for the others.</summary>
    public DateTimeOffset? StartedAt { get; private init; }

    public string Type => Content.Text("type") ?? "";

    public bool IsAppend => IsFromClient && IsAudio(Type);

    public static bool IsAudio(string type) => type.EndsWith("input_audio_buffer.append", StringComparison.Ordinal);

    public static RecordedLine Parse(string line, int number)
    {
        var json = Json(line, number);
        if (json.Milliseconds("at_ms") is { } at)
        {
            if (json.Text("from") is Client or Server && (json.Object("event") ?? json.Object("malformed")) is { } message)
                return Create(at, json, message == json.Object("event") ? RecordedLineKind.Message : RecordedLineKind.Malformed, message, "connection");
            if (json.Object("opened") is { } opened && opened.Object("session") is not null)
                return Create(at, json, RecordedLineKind.Opened, opened, "connection");
            if (json.Object("decision") is { } decision && decision.Text("type") is not null)
                return Create(at, json, RecordedLineKind.Decision, decision, "conversation");
            if (json.Object("dropped") is { } dropped)
                return Create(at, json, RecordedLineKind.Dropped, dropped, "connection");
        }
        throw new FormatException($"Line {number} of the recording must have at_ms, and from (client or server) with event or malformed, or opened, decision or dropped.");
    }

    private static RecordedLine Create(TimeSpan at, JsonObject json, RecordedLineKind kind, JsonObject content, string source) =>
        new(at, kind, content)
        {
            IsFromClient = json.Text("from") == Client,
            Source = json.Number(source) is >= 1 and <= int.MaxValue and var number ? (int)number : 1,
            StartedAt = DateTimeOffset.TryParse(json.Text("started_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var startedAt) ? startedAt : null,
        };

    private static JsonObject Json(string line, int number)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? throw new FormatException($"Line {number} of the recording is not a JSON object.");
        }
        catch (JsonException)
        {
            // The exception is not passed on, because it quotes the line, which may contain secrets.
            throw new FormatException($"Line {number} of the recording is not valid JSON.");
        }
    }
}
