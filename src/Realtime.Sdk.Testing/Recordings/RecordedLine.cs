namespace Realtime.Sdk.Testing.Internal;

/// <summary>One line of a recording.</summary>
/// <param name="At">The time since the first line.</param>
/// <param name="IsFromClient">Whether the client sent the message.</param>
/// <param name="Event">The message.</param>
internal sealed record RecordedLine(TimeSpan At, bool IsFromClient, JsonObject Event)
{
    public const string Client = "client", Server = "server";

    public string Type => Event.Text("type") ?? "";

    public bool IsAppend => IsFromClient && IsAudio(Type);

    public static bool IsAudio(string type) => type.EndsWith("input_audio_buffer.append", StringComparison.Ordinal);

    public static RecordedLine Parse(string line, int number)
    {
        var json = Json(line, number);
        if (json.Object("event") is not { } message || json.Text("from") is not (Client or Server) || json.Milliseconds("at_ms") is not { } at)
            throw new FormatException($"Line {number} of the recording must have the members at_ms, from (client or server) and event.");
        return new(at, json.Text("from") == Client, message);
    }

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
