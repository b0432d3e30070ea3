using System.Text.Json;
using System.Text.Json.Nodes;
using Realtime.Sdk.Testing;

/// <summary>Writes a line for each message to the error stream: direction, type and content, with audio by its size.</summary>
internal static class TrafficLog
{
    public static void Write(EmulatorTraffic message)
    {
        var (type, rest) = ("no event", "");
        try
        {
            var json = JsonNode.Parse(message.Bytes.Span)?.AsObject();
            type = (string?)json?["type"] ?? type;
            rest = string.Join(' ', new[] { "item_id", "response_id", "text", "transcript", "arguments" }.Where(name => json![name] is JsonValue).Select(name => $"{name}={json![name]}"));
            if (json?["delta"] is JsonValue delta)
                rest += type.EndsWith("audio.delta", StringComparison.Ordinal) ? $" {delta.ToString().Length * 3 / 4} bytes" : $" \"{delta}\"";
            if (json?["error"] is JsonObject error)
                rest = $"{error["code"]}: {error["message"]}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            rest = $"{message.Bytes.Length} bytes";
        }
        var line = $"{DateTime.Now:HH:mm:ss.fff} {message.Session.Id[^6..]} {(message.IsFromClient ? "client →" : "server ←")} {type} {rest}";

        // Control characters of a client must neither break the line nor control the terminal.
        Console.Error.WriteLine(string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c)));
    }
}
