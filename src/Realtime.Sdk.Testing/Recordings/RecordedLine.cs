namespace Realtime.Sdk.Testing.Internal;

/// <summary>One line of a recording.</summary>
/// <param name="At">When, from the first line on.</param>
/// <param name="IsFromClient">Who spoke.</param>
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
            throw new FormatException($"Line {number} of the recording needs at_ms, from (client or server) and event.");
        return new(at, json.Text("from") == Client, message);
    }

    private static JsonObject Json(string line, int number)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? throw new FormatException($"Line {number} of the recording is no JSON object.");
        }
        catch (JsonException)
        {
            // The platform's exception quotes what it could not read; a recording may hold secrets.
            throw new FormatException($"Line {number} of the recording is no JSON.");
        }
    }
}
